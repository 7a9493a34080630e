#pragma once
// Requests of the OpenID AuthZEN Authorization API 1.0 as plain values, read from their JSON.
//
// What can't be understood is refused as the specification says: 400, whatever is wrong, and 413 over a limit. Members that nobody
// knows are ignored, and so are `properties`. A member that is read and stands twice is refused: somebody on the way may have read
// the other one. Thread safety: free functions over plain values.
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "http/message.h"
#include "tenure/answer.h"

namespace tenure::http::authzen {

inline constexpr std::size_t kOneBytesMax = 256 << 10;  // of the body of an evaluation or a search
inline constexpr std::size_t kManyBytesMax = 16 << 20;  // of the body of evaluations
inline constexpr std::size_t kEvaluationsMax = 10'000;  // items of one request
inline constexpr std::int64_t kPageRows = 1'000;        // of a search, where the request names no limit
inline constexpr std::int64_t kPageRowsMax = 10'000;

struct Refusal {
  int status = 400;
  Error error;
  std::string field;  // "subject.id", "evaluations[3].resource"
};
Response Refused(const Refusal& refusal);

struct Entity {
  std::string type, id;  // empty = not given
};
// What of `context` means something to tenure.
struct Context {
  bool explain = false;                // tenure_explain
  std::optional<EffectiveTime> as_of;  // tenure_as_of
};
struct Access {
  Entity subject, resource;
  std::string action;  // its name
  std::optional<Context> context;
};

tl::expected<Access, Refusal> ReadEvaluation(const Request& request);

enum class Semantic : std::uint8_t { kExecuteAll, kDenyOnFirstDeny, kPermitOnFirstPermit };
struct Item {
  Access access;                   // with the defaults put in
  std::optional<Refusal> refusal;  // this item alone can't be decided
};
struct Evaluations {
  Access defaults;
  std::vector<Item> items;  // empty: `defaults` is a single evaluation, and complete
  Semantic semantic = Semantic::kExecuteAll;
};
tl::expected<Evaluations, Refusal> ReadEvaluations(const Request& request);

struct Search {
  Access access;  // the id of what is searched for is not read
  std::int64_t limit = kPageRows;
  std::string token;
};
tl::expected<Search, Refusal> ReadSearch(const Request& request, OpenPlace open);

// `type:id`, or nothing if the type holds a colon, so that it could pass for another type. Whether it is a reference is for the question.
std::optional<std::string> ReferenceOf(const Entity& entity);

}  // namespace tenure::http::authzen
