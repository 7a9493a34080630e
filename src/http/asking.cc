#include "http/asking.h"

#include <array>
#include <charconv>
#include <chrono>

#include "event/codec.h"

namespace tenure::http {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kLimitMost = 100'000;
constexpr milliseconds kWaitMost{30'000};
// Without the right to look back, a cursor may go on with an answer about now for this long.
constexpr std::int64_t kStillNowUs = 3'600'000'000, kClocksApartUs = 60'000'000;

Result<milliseconds> ReadWait(const std::string& text) {
  if (text.empty()) return milliseconds{0};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const bool known = unit == "s" || unit == "ms";
  if (error == std::errc{} && number >= 0 && known && number <= kWaitMost.count()) {
    const milliseconds wait{unit == "s" ? number * 1000 : number};
    if (wait <= kWaitMost) return wait;
  }
  return Fail("parameter_malformed", "wait is \"" + text + "\"", "give a time of at most 30 s: wait=2s, wait=500ms",
              Blame::kCaller);
}

Response BadParameter(const Error& error) { return Problem(error, FieldOf(error)); }

// For at_least. A response is the reason why there is no answer, or none yet.
std::optional<Response> Await(Call& call) {
  const std::string token = call.parameters.Take("at_least"), written = call.parameters.Take("wait");
  auto wait = ReadWait(written);
  if (!wait) return Problem(wait.error(), "wait");
  if (token.empty()) return std::nullopt;
  auto reached = call.service.Reached(token);
  if (!reached) return Problem(reached.error(), "at_least");
  if (*reached) return std::nullopt;
  if (wait->count() > 0 && !call.request.waited) {
    Response later;
    later.awaits = token;
    later.patience = *wait;
    return later;
  }
  return Problem(Error{"position_not_projected", "the read model hasn't reached the position of at_least yet",
                       "ask again in a moment, or with a longer wait (wait=5s)", Blame::kUnavailable},
                 "at_least");
}

std::string TagOf(const Call& call, const std::string& position) {
  const Hash256 hash = event::Sha256(call.request.path + '?' + call.request.query + '\n' + position);
  std::string tag = "W/\"";
  constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    tag += kHex[hash[i] >> 4];
    tag += kHex[hash[i] & 15];
  }
  return tag + '"';
}

bool Matches(const Call& call, const std::string& tag) {
  const std::string* sent = call.request.Find("if-none-match");
  return sent != nullptr && !tag.empty() && sent->find(tag.substr(2)) != std::string::npos;
}

Response NotModified(const std::string& tag) {
  Response response;
  response.status = 304;
  response.fields = {{"ETag", tag}, {"Cache-Control", "private, no-cache"}};
  return response;
}

bool LooksBack(const library::WrittenAsk& written) {
  return !written.as_of.empty() || !written.during.empty() || !written.as_known_at.empty() || !written.without.empty();
}

}  // namespace

std::string FieldOf(const Error& error) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kFields = {{{"limit_", "limit"},
                                                                                      {"token_", "as_known_at"},
                                                                                      {"cursor_", "cursor"},
                                                                                      {"max_lag_", "max_lag"},
                                                                                      {"during_", "during"},
                                                                                      {"when_", "during"},
                                                                                      {"action_", "action"},
                                                                                      {"who_", "action"},
                                                                                      {"detail_", "detail"},
                                                                                      {"diff_", "from"},
                                                                                      {"without_", "without"},
                                                                                      {"event_not_known", "without"},
                                                                                      {"event_name_", "without"}}};
  for (const auto& [prefix, field] : kFields)
    if (error.code.rfind(prefix, 0) == 0) return std::string(field);
  if (error.code.rfind("reference_", 0) == 0) return error.reason.rfind("resource", 0) == 0 ? "resource" : "subject";
  if (error.code.rfind("parameter_", 0) == 0) {
    const auto open = error.reason.find('"');
    if (error.code != "parameter_malformed" && open != std::string::npos)
      return error.reason.substr(open + 1, error.reason.find('"', open + 1) - open - 1);
    return error.reason.substr(0, error.reason.find(' '));
  }
  if (error.code.rfind("time_", 0) == 0) return error.reason.substr(0, error.reason.find(' '));
  return {};
}

Result<bool> TakeBrief(Call& call, const library::GivenBeside& beside) {
  const std::string detail = call.parameters.Take("detail");
  if (detail.empty() || detail == "full") return false;
  if (detail != "brief") return Fail("parameter_malformed", "detail is \"" + detail + "\"", "give full or brief", Blame::kCaller);
  if (auto s = library::CheckBrief(beside, library::Spelling::kParameters); !s) return tl::unexpected<Error>(s.error());
  return true;
}

void Tell(Response& response, const AnswerHead& head, std::int64_t rows) {
  response.question = head.question;
  response.rows = rows;
  response.when = head.when;
  response.known_time = head.known_time;
  response.position = head.token;
}

Preparation Prepare(Call& call, Back back) {
  library::WrittenAsk written;
  Parameters& given = call.parameters;
  written.as_of = given.Take("as_of");
  written.during = given.Take("during");
  written.as_known_at = given.Take("as_known_at");
  written.cursor = given.Take("cursor");
  written.max_lag = given.Take("max_lag");
  written.without = given.TakeAll("without");
  auto limit = given.TakeNumber("limit", written.limit, 1, kLimitMost);
  if (!limit) return {std::nullopt, BadParameter(limit.error())};
  written.limit = *limit;
  if (auto missing = Await(call)) return {std::nullopt, std::move(*missing)};
  if (auto all = given.AllTaken(); !all) return {std::nullopt, BadParameter(all.error())};
  if (back == Back::kAlways || (back == Back::kAsAsked && LooksBack(written)))
    if (auto may = Require(call.caller, Scope::kHistory); !may) return {std::nullopt, Problem(may.error())};
  auto ask = library::ReadAsk(written, library::Spelling::kParameters, call.now);
  if (!ask) return {std::nullopt, BadParameter(ask.error())};

  Prepared prepared{std::move(*ask), written.max_lag, false, back};
  prepared.went_on = !written.cursor.empty();
  const std::string& moment = written.as_of.empty() ? written.during : written.as_of;
  prepared.explicit_moment = !moment.empty() && moment.find("now") == std::string::npos;
  const bool by_time = std::holds_alternative<RecordedTime>(prepared.ask.as_known_at);
  // Only who has an answer can be told that it would be the same.
  const bool has_one = call.request.Find("if-none-match") != nullptr && written.max_lag.empty();
  if (has_one && prepared.explicit_moment && !by_time && written.cursor.empty()) {
    const auto* token = std::get_if<std::string>(&prepared.ask.as_known_at);
    auto position = token != nullptr ? Result<std::string>(*token) : call.service.Borrow()->Position();
    if (!position) return {std::nullopt, BadParameter(position.error())};
    const std::string tag = TagOf(call, *position);
    if (Matches(call, tag)) return {std::nullopt, NotModified(tag)};
  }
  return {std::move(prepared), {}};
}

bool IsAboutNow(const Call& call, const AnswerHead& head) {
  if (!head.when.as_of || head.when.as_of->us < call.now.us - kStillNowUs || head.when.as_of->us > call.now.us + kClocksApartUs)
    return false;
  const auto outdated = call.service.Borrow()->OutdatedSince(head.token);
  return outdated && (!*outdated || (*outdated)->us >= call.now.us - kStillNowUs);
}

Response Finished(const Call& call, const Prepared& prepared, const AnswerHead& head, std::string json, std::int64_t rows) {
  const bool may_look_back = prepared.back == Back::kGranted || call.caller.May(Scope::kHistory);
  if (!may_look_back && prepared.went_on && !IsAboutNow(call, head))
    return Problem(Require(call.caller, Scope::kHistory).error());
  if (library::TooFarBehind(head, prepared.max_lag))
    return Problem(Error{"lag_too_great",
                         std::to_string(head.behind_records) + " records are not projected yet, the oldest for " +
                             std::to_string(head.behind_seconds) + " s; max_lag allows " + prepared.max_lag,
                         "ask again in a moment", Blame::kUnavailable},
                   "max_lag");
  Response response = Json(std::move(json));
  Tell(response, head, rows);
  const bool cacheable = prepared.explicit_moment && head.closed;
  if (cacheable) {
    std::string tag = TagOf(call, head.token);
    if (prepared.max_lag.empty() && Matches(call, tag)) return NotModified(tag);
    response.fields.push_back({"ETag", std::move(tag)});
  }
  response.fields.push_back({"Cache-Control", cacheable ? "private, no-cache" : "no-store"});
  return response;
}

}  // namespace tenure::http
