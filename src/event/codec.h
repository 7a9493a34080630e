#pragma once
// CloudEvents 1.0 JSON in and out of `Event`.
//
// Reading is the hot path (one pass of simdjson, its tape visited in place); it does everything the contract asks of a *readable* event: envelope, known type,
// typed data, unknown fields refused unless x_, nulls, references and patterns, limits, subject equal to the key of `data`,
// and the content hash. It does not look for secrets (see secrets.h: the door only, never projection).
//
// The content hash is SHA-256 over the RFC 8785 text of an object with type, subject (if present), time (as FormatTime writes it),
// data (as written, x_ fields included) and, where present, authid, authtype, causationid, controlowner, correlationid and supersedes
// (as an array of {id, source} without white space). Attributes of transport, recordedtime and what we don't know are not in it.
// Thread safety: a Decoder is for one thread; the free functions are safe from any.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::event {

inline constexpr std::size_t kEventBytesMax = 256 * 1024;
inline constexpr std::size_t kReferenceBytesMax = 2048;
inline constexpr std::size_t kPatternBytesMax = 2048;
inline constexpr std::size_t kPermissionsMax = 4096;

class Decoder {
 public:
  Decoder();
  ~Decoder();
  // One structured-mode CloudEvent. Errors: event_* codes, blame kInput.
  Result<Event> Decode(std::string_view json);
  // The same, but for data_json, which stays empty: for whoever has the text and keeps it.
  Result<Event> DecodeWithoutText(std::string_view json);
  // What can still be told of an unreadable record, for its dead letter and taint: each part as far as it can be read.
  struct Salvage {
    std::optional<EventName> name;
    std::optional<EventType> type;
    std::optional<EffectiveTime> time;
    bool carries_supersedes = false;  // the attribute is there, readable or not
    std::string key;                  // the key that `data` names by the type, if it is a valid reference
  };
  Salvage SalvageFrom(std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The event as one line of structured-mode JSON (the form that `append` reads and `events --raw` prints). `data_json` is
// written as it is when present, else the payload is written. Encode(Decode(x)) decodes to an equal event with an equal content hash.
std::string Encode(const Event& event);

// The event completed for the log: encoded, decoded again (so checked), hash set. For producers that build structs.
Result<Event> Complete(Event event);

// Plane topic of a type; a retraction has none of its own (nullopt).
std::optional<Topic> TopicOf(EventType type);
// "tenure.grant.issued.v1" and back.
std::string_view TypeName(EventType type);
std::optional<EventType> TypeFromName(std::string_view name);

// The record key that `data` names (section "Events": identity, principal or member, role, subject, review, topic of the dead letter, target key).
std::string KeyOf(const Event& event);

// RFC 7396, on JSON object texts ("" = {}); the result is canonical (RFC 8785).
std::string MergePatch(std::string_view target, std::string_view patch);
// Canonical text of a top-level member of a JSON object text, or "" when absent.
std::string JsonMember(std::string_view object, std::string_view name);
// The names of its top-level members, sorted.
std::vector<std::string> JsonMemberNames(std::string_view object);
// Whether the text is one JSON value and nothing beside it.
bool IsOneJsonValue(std::string_view text);
bool IsUtf8(std::string_view text);
// JSON without the white space between its tokens; what is no JSON comes back as it is.
std::string OnOneLine(std::string_view json);
// The texts of the elements of a JSON array, as they are written; nullopt for anything else.
std::optional<std::vector<std::string>> ElementsOf(std::string_view json_array);

// Compact bytes of a payload for the read model (versioned by the model's format) and back. Never on the wire.
std::string PackPayload(const Payload& payload);
Result<Payload> UnpackPayload(std::string_view bytes);

// SHA-256.
Hash256 Sha256(std::string_view bytes);
Hash256 HmacSha256(std::string_view key, std::string_view bytes);  // RFC 2104

}  // namespace tenure::event
