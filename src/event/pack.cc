// Payloads as compact bytes for the read model: the type, then each field of the table in order. Versioned by the model's format.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "event/codec.h"
#include "event/fields.h"
#include "event/types.h"

namespace tenure::event {
namespace {

class Packer {
 public:
  std::string out;

  void Str(const char*, const std::string& s, bool = false, Kind = kText) { Bytes(s); }
  void OptStr(const char*, const std::optional<std::string>& s) {
    Flag(s.has_value());
    if (s) Bytes(*s);
  }
  void NullStr(const char* n, const Settable<std::string>& s) { OptStr(n, s.value); }
  void SetStr(const char* n, const Settable<std::string>& s) {
    Flag(s.present);
    if (s.present) OptStr(n, s.value);
  }
  void SetTime(const char* n, const Settable<EffectiveTime>& t) {
    Flag(t.present);
    if (t.present) Time(n, t.value);
  }
  void Time(const char* n, const OptionalTime& t) {
    Flag(t.has_value());
    if (t) MustTime(n, *t);
  }
  void MustTime(const char*, EffectiveTime t) { Fixed(static_cast<std::uint64_t>(t.us)); }
  void Bool(const char*, bool b) { Flag(b); }
  void OptBool(const char*, const std::optional<bool>& b) {
    Flag(b.has_value());
    if (b) Flag(*b);
  }
  void Int(const char*, std::int64_t i) { Number(static_cast<std::uint64_t>(i)); }
  void Json(const char*, const std::string& s, bool) { Bytes(s); }
  void Strs(const char*, const std::vector<std::string>& v, Kind = kText) {
    Number(v.size());
    for (const auto& s : v) Bytes(s);
  }
  void UseOutcome(const char*, Outcome o) { Flag(o == Outcome::kAllowed); }
  void Name(const char*, const EventName& n) { Bytes(n.source), Bytes(n.id); }
  void Scope(const char*, ReviewScope& s) { Fields(*this, s); }
  void DeadLetter(const DeadLetterResolved& e) {
    Number(static_cast<std::uint64_t>(e.position.topic)), Number(static_cast<std::uint64_t>(e.position.partition));
    Number(static_cast<std::uint64_t>(e.position.offset)), Flag(e.resolution == Resolution::kReplaced),
        Flag(e.replaced_by.has_value());
    if (e.replaced_by) Name("", *e.replaced_by);
  }
  void Permissions(const char*, const std::vector<Permission>& v, bool) {
    Number(v.size());
    for (const auto& p : v) {
      out.push_back(static_cast<char>((p.effect == Effect::kDeny) | p.not_actions << 1 | p.not_resources << 2 |
                                      (p.covers == Covers::kLiteral) << 3));
      Strs("", p.actions), Strs("", p.resources), Bytes(p.condition);
    }
  }

 private:
  void Flag(bool b) { out.push_back(b ? 1 : 0); }
  void Number(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
    out.push_back(static_cast<char>(n));
  }
  void Fixed(std::uint64_t n) {
    for (int i = 56; i >= 0; i -= 8) out.push_back(static_cast<char>(n >> i));
  }
  void Bytes(std::string_view s) { Number(s.size()), out.append(s); }
};

// Never reads past the end; after a failure everything reads as empty.
class Unpacker {
 public:
  explicit Unpacker(std::string_view in) : in_(in) {}
  bool Whole() const { return ok_ && in_.empty(); }

  void Str(const char*, std::string& s, bool = false, Kind = kText) { s = Bytes(); }
  void OptStr(const char*, std::optional<std::string>& s) {
    if (Flag()) s = std::string(Bytes());
  }
  void NullStr(const char* n, Settable<std::string>& s) {
    s.present = true;
    OptStr(n, s.value);
  }
  void SetStr(const char* n, Settable<std::string>& s) {
    if ((s.present = Flag())) OptStr(n, s.value);
  }
  void SetTime(const char* n, Settable<EffectiveTime>& t) {
    if ((t.present = Flag())) Time(n, t.value);
  }
  void Time(const char* n, OptionalTime& t) {
    if (Flag()) MustTime(n, t.emplace());
  }
  void MustTime(const char*, EffectiveTime& t) {
    std::uint64_t n = 0;
    for (char c : Cut(8)) n = n << 8 | static_cast<unsigned char>(c);
    t.us = static_cast<std::int64_t>(n);
  }
  void Bool(const char*, bool& b) { b = Flag(); }
  void OptBool(const char*, std::optional<bool>& b) {
    if (Flag()) b = Flag();
  }
  void Int(const char*, std::int64_t& i) { i = static_cast<std::int64_t>(Number()); }
  void Json(const char*, std::string& s, bool) { s = Bytes(); }
  void Strs(const char*, std::vector<std::string>& v, Kind = kText) {
    for (auto n = Number(); n > 0 && ok_; --n) v.emplace_back(Bytes());
  }
  void UseOutcome(const char*, Outcome& o) { o = Flag() ? Outcome::kAllowed : Outcome::kDenied; }
  void Name(const char*, EventName& n) { n.source = Bytes(), n.id = Bytes(); }
  void Scope(const char*, ReviewScope& s) { Fields(*this, s); }
  void DeadLetter(DeadLetterResolved& e) {
    e.position.topic = static_cast<Topic>(Number() % kPlaneTopics);
    e.position.partition = static_cast<std::int32_t>(Number());
    e.position.offset = static_cast<std::int64_t>(Number());
    e.resolution = Flag() ? Resolution::kReplaced : Resolution::kVoid;
    if (Flag()) Name("", e.replaced_by.emplace());
  }
  void Permissions(const char*, std::vector<Permission>& v, bool) {
    for (auto n = Number(); n > 0 && ok_; --n) {
      Permission p;
      const auto flags = Cut(1);
      const int bits = flags.empty() ? 0 : flags[0];
      p.effect = bits & 1 ? Effect::kDeny : Effect::kAllow;
      p.not_actions = bits & 2, p.not_resources = bits & 4;
      p.covers = bits & 8 ? Covers::kLiteral : Covers::kSubtree;
      Strs("", p.actions), Strs("", p.resources), p.condition = Bytes();
      v.push_back(std::move(p));
    }
  }

 private:
  std::string_view Cut(std::uint64_t n) {
    if (!ok_ || n > in_.size()) return ok_ = false, in_ = {}, std::string_view();
    const auto s = in_.substr(0, n);
    in_.remove_prefix(n);
    return s;
  }
  bool Flag() {
    const auto s = Cut(1);
    return !s.empty() && s[0] != 0;
  }
  std::uint64_t Number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64 && ok_; shift += 7) {
      const auto s = Cut(1);
      if (s.empty()) return 0;
      n |= static_cast<std::uint64_t>(s[0] & 0x7f) << shift;
      if (!(s[0] & 0x80)) return n;
    }
    ok_ = false;
    return 0;
  }
  std::string_view Bytes() { return Cut(Number()); }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace

std::string PackPayload(const Payload& payload) {
  Packer packer;
  packer.out.push_back(static_cast<char>(payload.index()));
  // The table takes mutable references; packing changes nothing.
  std::visit([&](auto& e) { Fields(packer, e); }, const_cast<Payload&>(payload));
  return std::move(packer.out);
}

Result<Payload> UnpackPayload(std::string_view bytes) {
  const auto corrupt = [] {
    return Fail("payload_unreadable", "a packed payload cannot be read",
                "run `tenure rebuild`: the read model is made again from the log", Blame::kFault);
  };
  if (bytes.empty() || static_cast<unsigned char>(bytes[0]) >= kEventTypes) return corrupt();
  Payload payload = EmptyPayload(static_cast<EventType>(bytes[0]));
  Unpacker unpacker(bytes.substr(1));
  std::visit([&](auto& e) { Fields(unpacker, e); }, payload);
  if (!unpacker.Whole()) return corrupt();
  return payload;
}

namespace {

// Looking the algorithm up and taking memory for it costs more than hashing an event: a thread does both once.
struct Hasher {
  struct Free {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX* ctx) const { EVP_MD_CTX_free(ctx); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

}  // namespace

Hash256 Sha256(std::string_view bytes) {
  thread_local const Hasher hasher;
  Hash256 hash{};
  EVP_DigestInit_ex(hasher.context.get(), hasher.algorithm.get(), nullptr);
  EVP_DigestUpdate(hasher.context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(hasher.context.get(), hash.data(), nullptr);
  return hash;
}

Hash256 HmacSha256(std::string_view key, std::string_view bytes) {
  Hash256 mac{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       mac.data(), &length);
  return mac;
}

}  // namespace tenure::event
