#include "history/standing_index.h"

#include <algorithm>

#include "event/reference.h"
#include "history/bytes.h"

namespace tenure::history {
namespace {

// Past every row of one reference among the mentions: positions begin lower.
std::string PastMention(char kind, std::string_view ref) { return MentionPrefix(kind, ref) + '\xff'; }

}  // namespace

void StandingIndex::Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched) {
  const std::lock_guard lock(mutex_);
  epoch_ = epoch;
  if (touched == nullptr) {
    roles_ = nullptr;
    touched_roles_.clear();
    Keep(nullptr);
    touched_identities_.clear();
    return;
  }
  for (const std::string& key : *touched) {
    Reader r(std::string_view(key).substr(1));
    if (static_cast<Family>(key[0]) == Family::kObject) {
      r.Byte();
      const auto side = static_cast<ObjectSide>(r.Byte());
      if (side == ObjectSide::kAnchor) inline_touched_ = true;
      if (side == ObjectSide::kRole && roles_) touched_roles_.push_back({epoch, r.Text()});
      continue;
    }
    std::string ref = r.Text();
    const auto kind = static_cast<FactKind>(r.Byte());
    if (roles_ && kind == FactKind::kRole) touched_roles_.push_back({epoch, std::move(ref)});
    else if (identities_ && kind == FactKind::kIdentity) touched_identities_.push_back({epoch, std::move(ref)});
  }
}

std::vector<std::string> StandingIndex::TakeUpTo(std::vector<Touched>& waiting, std::int64_t epoch) {
  std::vector<std::string> taken;
  std::erase_if(waiting, [&](Touched& one) {
    if (one.epoch > epoch) return false;
    taken.push_back(std::move(one.ref));
    return true;
  });
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  return taken;
}

Status StandingIndex::AddRole(const Rows& rows, std::int64_t epoch, const std::string& role, RoleList& list) {
  auto page = pages_.Of(rows, epoch, PageOf::kSubject, role, Interval{});
  if (!page) return tl::unexpected(page.error());
  const NameId id = pages_.AllNames().Add(role);
  if (std::find(list.roles.begin(), list.roles.end(), id) == list.roles.end()) list.roles.push_back(id);
  const auto at = std::lower_bound(list.assume.begin(), list.assume.end(), id);
  const bool there = at != list.assume.end() && *at == id;
  if ((*page)->assume && !there) list.assume.insert(at, id);
  if (!(*page)->assume && there) list.assume.erase(at);
  return {};
}

Status StandingIndex::ReadRoles(const Rows& rows, std::int64_t epoch, RoleList& list) {
  std::vector<std::string> roles;
  auto c = rows.Scan(Family::kMention);
  const std::string all = KeyWriter().Byte('R').Take();
  for (c->Seek(all); c->ValidWithin(all);) {
    Reader r(c->Key().substr(1));
    roles.push_back(r.Text());
    c->Seek(PastMention('R', roles.back()));
  }
  if (auto health = c->Health(); !health) return health;
  for (const std::string& role : roles)
    if (auto s = AddRole(rows, epoch, role, list); !s) return s;
  const std::string anchored = KeyWriter().Byte('i').Byte(static_cast<std::uint8_t>(ObjectSide::kAnchor)).Take();
  c = rows.Scan(Family::kObject);
  c->Seek(anchored);
  list.any_inline = c->ValidWithin(anchored);
  return c->Health();
}

Result<std::shared_ptr<const RoleList>> StandingIndex::Roles(const Rows& rows, std::int64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (roles_ && roles_epoch_ > epoch) return std::shared_ptr<const RoleList>();
  if (roles_ && roles_epoch_ == epoch) return roles_;
  if (!roles_) {
    if (epoch != epoch_) return std::shared_ptr<const RoleList>();  // what was touched since, nobody noted
    RoleList list;
    if (auto s = ReadRoles(rows, epoch, list); !s) return tl::unexpected(s.error());
    roles_ = std::make_shared<const RoleList>(std::move(list));
  } else if (const auto touched = TakeUpTo(touched_roles_, epoch); !touched.empty() || inline_touched_) {
    RoleList list = *roles_;
    list.any_inline = list.any_inline || inline_touched_;
    for (const std::string& role : touched)
      if (auto s = AddRole(rows, epoch, role, list); !s) {
        roles_ = nullptr;
        return tl::unexpected(s.error());
      }
    roles_ = std::make_shared<const RoleList>(std::move(list));
  }
  inline_touched_ = false;
  roles_epoch_ = epoch;
  return roles_;
}

// REQUIRED: the cursor stands at the identity's first row.
Result<std::vector<Standing>> StandingIndex::ReadStandings(Cursor& cursor, const std::string& ref) {
  std::vector<Standing> standings;
  const std::string prefix = SubjectPrefix(ref, FactKind::kIdentity);
  for (; cursor.ValidWithin(prefix); cursor.Next()) {
    const auto row = ParseInterval(prefix, cursor.Key());
    if (!row) break;
    auto piece = UnpackPiece({ref, FactKind::kIdentity, ""}, row->span, cursor.Value());
    if (!piece) return tl::unexpected(piece.error());
    const auto& identity = std::get<IdentityPiece>(*piece);
    standings.push_back({identity.span.from, identity.status, identity.boundary});
  }
  std::sort(standings.begin(), standings.end(), [](const Standing& a, const Standing& b) { return a.from < b.from; });
  return standings;
}

// One seek a subject, and one more for each that has rows of another kind.
Result<std::vector<Directory::Entry>> StandingIndex::ReadIdentities(const Rows& rows, Names& names) {
  std::vector<Directory::Entry> entries;
  auto c = rows.Scan(Family::kSubject);
  for (c->Seek(""); c->Valid();) {
    Reader r(c->Key());
    const std::string ref = r.Text();
    if (static_cast<FactKind>(r.Byte()) == FactKind::kIdentity && ref != event::kEveryone) {
      auto standings = ReadStandings(*c, ref);
      if (!standings) return tl::unexpected(standings.error());
      entries.push_back({names.Add(ref), std::move(*standings)});
    }
    const std::string past = FactPrefix(ref) + '\xff';
    if (c->Valid() && c->Key() < past) c->Seek(past);
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return entries;
}

void StandingIndex::Keep(std::shared_ptr<const Directory> identities) {
  const auto bytes = [](const auto& one) { return one ? static_cast<std::int64_t>(one->SizeBytes()) : 0; };
  pages_.Reserve(bytes(identities) - bytes(identities_));
  identities_ = std::move(identities);
}

Result<std::shared_ptr<const Directory>> StandingIndex::Identities(const Rows& rows, std::int64_t epoch) {
  const std::lock_guard lock(mutex_);
  Names& names = pages_.AllNames();
  if (identities_ && identities_epoch_ > epoch) return std::shared_ptr<const Directory>();
  if (identities_ && identities_epoch_ == epoch) return identities_;
  if (!identities_) {
    if (epoch != epoch_) return std::shared_ptr<const Directory>();
    auto entries = ReadIdentities(rows, names);
    if (!entries) return tl::unexpected(entries.error());
    Keep(std::make_shared<const Directory>(std::move(*entries), names));
  } else if (const auto touched = TakeUpTo(touched_identities_, epoch); !touched.empty()) {
    std::vector<Directory::Entry> changed;
    const auto c = rows.Scan(Family::kSubject);
    for (const std::string& ref : touched) {
      if (ref == event::kEveryone) continue;
      c->Seek(SubjectPrefix(ref, FactKind::kIdentity));
      auto standings = ReadStandings(*c, ref);
      if (auto health = c->Health(); standings && !health) standings = tl::unexpected(health.error());
      if (!standings) {
        Keep(nullptr);
        return tl::unexpected(standings.error());
      }
      changed.push_back({names.Add(ref), std::move(*standings)});
    }
    Keep(std::make_shared<const Directory>(*identities_, changed, names));
  }
  identities_epoch_ = epoch;
  return identities_;
}

}  // namespace tenure::history
