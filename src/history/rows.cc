#include "history/rows.h"

#include <bit>
#include <cstring>

#include "event/codec.h"

namespace tenure::history {
namespace {

tl::unexpected<Error> Corrupt(const char* what) {
  return Fail("model_corrupt", std::string("a row of the read model cannot be read: ") + what,
              "run `tenure rebuild`: the read model is made again from the log", Blame::kFault);
}

std::string_view BytesOf(const Hash256& h) { return {reinterpret_cast<const char*>(h.data()), h.size()}; }

template <class Array>
void Fill(Array& into, std::string_view from) {
  if (from.size() == into.size()) std::copy(from.begin(), from.end(), reinterpret_cast<char*>(into.data()));
}

void PutName(ValueWriter& w, const EventName& n) { w.Str(n.source).Str(n.id); }
EventName TakeName(Reader& r) {
  EventName n;
  n.source = r.Str();
  n.id = r.Str();
  return n;
}

}  // namespace

NameHash HashOf(const EventName& name) {
  const auto full = event::Sha256(name.source + '\0' + name.id);
  NameHash out{};
  std::memcpy(out.data(), full.data(), out.size());
  return out;
}

std::string_view BytesOf(const NameHash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

std::string RecordKey(const Position& position) { return KeyWriter().At(position).Take(); }

std::string PackRecord(const StoredEvent& e, std::string_view payload) {
  ValueWriter w;
  w.Byte(1).Time(e.meta.recorded.us).Time(e.meta.time.us).Byte(static_cast<std::uint8_t>(e.meta.type));
  PutName(w, e.meta.name);
  w.Str(e.meta.key).Str(e.meta.claimed_actor).Str(e.meta.verified_writer).Str(e.meta.control_owner);
  w.Raw(BytesOf(e.content)).Varint(e.supersedes.size());
  for (const auto& n : e.supersedes) PutName(w, n);
  return w.Str(payload).Take();
}

std::string PackRecord(const StoredDeadLetter& d) {
  ValueWriter w;
  w.Byte(0).Time(d.recorded.us).Str(d.reason).Str(d.text).Str(d.record_key).Str(d.data_key);
  w.Byte(d.name.has_value());
  if (d.name) PutName(w, *d.name);
  w.Byte(d.type ? static_cast<std::uint8_t>(*d.type) + 1 : 0).MaybeTime(d.time).Byte(d.carries_supersedes);
  return w.Take();
}

namespace {

Result<StoredRecord> UnpackStoredEvent(const Position& position, Reader& r) {
  StoredEvent e;
  e.meta.position = position;
  e.meta.recorded.us = r.Time();
  e.meta.time.us = r.Time();
  e.meta.type = static_cast<EventType>(r.Byte());
  e.meta.name = TakeName(r);
  e.meta.key = r.Str();
  e.meta.claimed_actor = r.Str();
  e.meta.verified_writer = r.Str();
  e.meta.control_owner = r.Str();
  Fill(e.content, r.Cut(e.content.size()));
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) e.supersedes.push_back(TakeName(r));
  auto payload = event::UnpackPayload(r.View());
  if (!r.Ok() || !payload) return Corrupt("record");
  e.payload = std::move(*payload);
  return e;
}

}  // namespace

Result<StoredRecord> UnpackRecord(const Position& position, std::string_view value) {
  Reader r(value);
  if (r.Byte() == 1) return UnpackStoredEvent(position, r);
  StoredDeadLetter d;
  d.recorded.us = r.Time();
  d.reason = r.Str();
  d.text = r.Str();
  d.record_key = r.Str();
  d.data_key = r.Str();
  if (r.Byte()) d.name = TakeName(r);
  if (const auto type = r.Byte(); type > 0) d.type = static_cast<EventType>(type - 1);
  d.time = r.MaybeTime();
  d.carries_supersedes = r.Byte() != 0;
  if (!r.Ok()) return Corrupt("dead letter");
  return d;
}

Result<std::optional<StoredRecord>> ReadRecord(const Rows& rows, const Position& position) {
  auto bytes = rows.Get(Family::kRecord, RecordKey(position));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  auto record = UnpackRecord(position, **bytes);
  if (!record) return tl::unexpected(record.error());
  return std::move(*record);
}

std::string PackName(const NameRow& row) {
  ValueWriter w;
  w.Varint(row.copies.size());
  for (const auto& c : row.copies) {
    w.Time(c.order.recorded.us).At(c.order.position).Byte(static_cast<std::uint8_t>(c.type)).Raw(BytesOf(c.content));
  }
  for (const auto& r : row.retractors) w.Raw(BytesOf(r));
  return w.Take();
}

Result<NameRow> UnpackName(std::string_view value) {
  Reader r(value);
  NameRow row;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    Copy c;
    c.order.recorded.us = r.Time();
    c.order.position = r.At();
    c.type = static_cast<EventType>(r.Byte());
    Fill(c.content, r.Cut(c.content.size()));
    row.copies.push_back(c);
  }
  while (r.Ok() && !r.AtEnd()) {
    NameHash h{};
    Fill(h, r.Cut(h.size()));
    row.retractors.push_back(h);
  }
  if (!r.Ok()) return Corrupt("name");
  return row;
}

std::string FactPrefix(const FactKey& fact) {
  return KeyWriter().Text(fact.subject).Byte(static_cast<std::uint8_t>(fact.kind)).Text(fact.object).Take();
}
std::string FactPrefix(std::string_view subject) { return KeyWriter().Text(subject).Take(); }
std::string FactPrefix(std::string_view subject, FactKind kind) {
  return KeyWriter().Text(subject).Byte(static_cast<std::uint8_t>(kind)).Take();
}

std::uint8_t ClassOf(Interval span) {
  if (span.until == kForever) return 255;
  if (span.from == kAlways) return 64;
  const auto length = static_cast<std::uint64_t>(span.until.us) - static_cast<std::uint64_t>(span.from.us);
  return static_cast<std::uint8_t>(std::bit_width(length - 1));
}

std::string SubjectPrefix(std::string_view subject, FactKind kind) { return FactPrefix(subject, kind); }
std::string ObjectPrefix(const ObjectKey& object) {
  return KeyWriter().Byte('i').Byte(static_cast<std::uint8_t>(object.side)).Text(object.ref).Take();
}
std::string IntervalKey(std::string_view prefix, Interval span, std::string_view rest) {
  return KeyWriter().Raw(prefix).Byte(ClassOf(span)).Time(span.until.us).Time(span.from.us).Raw(rest).Take();
}
std::optional<IntervalParts> ParseInterval(std::string_view prefix, std::string_view key) {
  Reader r(key.substr(prefix.size()));
  IntervalParts p{};
  p.cls = r.Byte();
  p.span.until.us = r.Time();
  p.span.from.us = r.Time();
  p.rest = r.Rest();
  if (!r.Ok()) return std::nullopt;
  return p;
}
namespace {

// Where rows of this class and later `until` begin.
std::string ClassStart(std::string_view prefix, std::uint8_t cls, EffectiveTime after) {
  return KeyWriter().Raw(prefix).Byte(cls).Time(after.us).Take();
}

}  // namespace

EffectiveTime LastEnd(std::uint8_t cls, EffectiveTime window_until) {
  if (cls >= 62 || window_until == kForever) return kForever;
  const std::int64_t length = std::int64_t{1} << cls;
  if (window_until.us > kForever.us - length) return kForever;
  return {window_until.us + length};
}

Status EachInterval(const Rows& rows, Family family, const std::string& prefix, Interval window,
                    const std::function<bool(Interval, std::string_view, std::string_view)>& each) {
  auto c = rows.Scan(family);
  const EffectiveTime first_end{window.from.us == kForever.us ? kForever.us : window.from.us + 1};
  c->Seek(ClassStart(prefix, 0, first_end));
  while (c->ValidWithin(prefix)) {
    const auto row = ParseInterval(prefix, c->Key());
    if (!row) break;
    if (row->span.until < first_end) {
      c->Seek(ClassStart(prefix, row->cls, first_end));
    } else if (row->cls < 255 && LastEnd(row->cls, window.until) < row->span.until) {
      c->Seek(ClassStart(prefix, static_cast<std::uint8_t>(row->cls + 1), first_end));
    } else {
      if (row->span.from < window.until && !each(row->span, row->rest, c->Value())) break;
      c->Next();
    }
  }
  return c->Health();
}

std::string FactRest(const FactKey& fact) { return FactPrefix(fact); }
std::optional<FactKey> ParseFactRest(std::string_view rest) {
  Reader r(rest);
  FactKey fact;
  fact.subject = r.Text();
  fact.kind = static_cast<FactKind>(r.Byte());
  fact.object = r.Text();
  if (!r.Ok()) return std::nullopt;
  return fact;
}

std::string LinkPrefix(const ObjectKey& object) {
  return KeyWriter().Byte('x').Byte(static_cast<std::uint8_t>(object.side)).Text(object.ref).Take();
}
std::string LinkKey(const ObjectKey& object, const FactKey& fact) { return LinkPrefix(object) + FactRest(fact); }

std::string IncarnationsKey(std::string_view ref) { return KeyWriter().Byte('i').Raw(ref).Take(); }

std::string PackIncarnations(const Incarnations& incarnations) {
  KeyWriter w;
  w.Big32(static_cast<std::uint32_t>(incarnations.begins.size()));
  for (const auto& m : incarnations.begins) w.At(m);
  for (const auto& m : incarnations.ends_all) w.At(m);
  return w.Take();
}

Incarnations UnpackIncarnations(std::string_view value) {
  Reader r(value);
  Incarnations out;
  auto begins = r.Big(4);
  while (r.Ok() && !r.AtEnd()) {
    auto& list = begins > 0 ? out.begins : out.ends_all;
    list.push_back(r.AtMoment());
    if (begins > 0) --begins;
  }
  return out;
}

std::string CheckpointKey(const FactKey& fact) { return KeyWriter().Byte('f').Raw(FactPrefix(fact)).Take(); }

std::string MentionPrefix(char kind, std::string_view ref) {
  return KeyWriter().Byte(static_cast<std::uint8_t>(kind)).Text(ref).Take();
}
std::string MentionKey(char kind, std::string_view ref, const std::optional<Position>& where) {
  std::string key = MentionPrefix(kind, ref);
  return where ? KeyWriter().Raw(key).At(*where).Take() : key;
}

std::string HorizonKey(Topic plane, EffectiveTime time, const Order& order) {
  return KeyWriter().Byte(static_cast<std::uint8_t>(plane)).At(Moment{time, order}).Take();
}

std::string TaintKey(char kind, std::string_view what) {
  return KeyWriter().Byte(static_cast<std::uint8_t>(kind)).Raw(what).Take();
}

}  // namespace tenure::history
