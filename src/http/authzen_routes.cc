// The OpenID AuthZEN Authorization API 1.0: docs/reference/authzen.md.
//
// A decision is true if `check` says yes, and false if it says no, can't tell, or there is a partition of which nothing is read yet.
#include <array>

#include "event/json_writer.h"
#include "http/asking.h"
#include "http/authzen.h"
#include "http/problem.h"
#include "http/route.h"
#include "library/json.h"

namespace tenure::http {
namespace {

using authzen::Access;
using authzen::Entity;
using authzen::Item;
using authzen::Semantic;
using event::JsonWriter;

constexpr const char* kMetadataCaching = "private, max-age=300";

std::optional<EffectiveTime> MomentOf(const Access& access) { return access.context ? access.context->as_of : std::nullopt; }
bool Explains(const Access& access) { return access.context && access.context->explain; }

Response Answered(JsonWriter& w, const char* question, const AnswerHead& head, std::int64_t rows, std::vector<Field> asked) {
  Response response = Json(w.Take());
  response.fields.push_back({"Cache-Control", "no-store"});
  response.question = question;
  response.rows = rows;
  response.asked = std::move(asked);
  response.when = head.when;
  response.known_time = head.known_time;
  response.position = head.token;
  return response;
}

// For the audit, which tells the type alone of what was searched for.
std::string NameOf(const Entity& entity) { return entity.id.empty() ? entity.type : entity.type + ':' + entity.id; }
std::vector<Field> Asked(const Access& access) {
  std::vector<Field> asked = {{"subject", NameOf(access.subject)}, {"resource", NameOf(access.resource)}};
  if (!access.action.empty()) asked.push_back({"action", access.action});
  return asked;
}

// Before anything is read: nothing stands in the query, and who asks about the past may.
std::optional<Response> Precheck(const Call& call, std::optional<EffectiveTime> moment, const char* question,
                                 std::vector<Field> asked) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error());
  if (!moment) return std::nullopt;
  auto may = Require(call.caller, Scope::kHistory);
  if (may) return std::nullopt;
  Response refused = Problem(may.error(), "context.tenure_as_of");
  refused.question = question;
  refused.asked = std::move(asked);
  refused.when.as_of = moment;
  return refused;
}

// --- evaluation

// Errors that say that nothing can be called so, and so nothing is permitted.
bool IsUnnameable(const Error& error) { return error.blame == Blame::kCaller; }

void WriteError(JsonWriter& w, int status, const Error& error) {
  w.Key("error");
  w.BeginObject();
  w.Key("status");
  w.Int(status);
  w.Key("message");
  w.String(error.reason);
  w.Key("code");
  w.String(error.code);
  w.EndObject();
}

// Decisions of one request, all about one moment and from one knowledge.
class Deciding {
 public:
  Deciding(Tenure& tenure, std::unique_ptr<Snapshot> snapshot) : tenure_(tenure), snapshot_(std::move(snapshot)) {}

  // Writes {"decision": …}; an error is ours, not the request's.
  Result<bool> Write(JsonWriter& w, const Access& access) {
    const auto subject = authzen::ReferenceOf(access.subject), resource = authzen::ReferenceOf(access.resource);
    if (!subject || !resource) {
      const Error error{"reference_malformed", "a type holds a colon", {}, Blame::kCaller};
      return WriteClosed(w, access, 200, error);
    }
    if (Explains(access)) return WriteExplained(w, access, *subject, *resource);
    const auto decision = snapshot_->Decide(*subject, access.action, *resource);
    if (!decision && !IsUnnameable(decision.error())) return tl::unexpected<Error>(decision.error());
    const bool permitted = decision && *decision == Decision::kYes && Whole();
    Begin(w, permitted);
    w.EndObject();
    return permitted;
  }

  // An item that can't be decided.
  bool WriteClosed(JsonWriter& w, const Access& access, int status, const Error& error) {
    Begin(w, false);
    if (Explains(access)) {
      w.Key("context");
      w.BeginObject();
      WriteError(w, status, error);
      w.EndObject();
    }
    w.EndObject();
    return false;
  }

  const AnswerHead& Head() const { return snapshot_->Head(); }

 private:
  bool Whole() const { return snapshot_->Head().unread.empty(); }

  static void Begin(JsonWriter& w, bool permitted) {
    w.BeginObject();
    w.Key("decision");
    w.Bool(permitted);
  }

  Result<bool> WriteExplained(JsonWriter& w, const Access& access, const std::string& subject, const std::string& resource) {
    const AnswerHead& head = snapshot_->Head();
    auto check = tenure_.Check(subject, access.action, resource, true, Ask{head.when, head.token, {}});
    if (!check && IsUnnameable(check.error())) return WriteClosed(w, access, 200, check.error());
    if (!check) return tl::unexpected<Error>(check.error());
    if (!Whole()) {
      check->result.decision = Decision::kUnknown;
      check->result.because.emplace_back("unread");
    }
    const bool permitted = check->result.decision == Decision::kYes;
    Begin(w, permitted);
    w.Key("context");
    w.Raw(library::ToExplanation(*check));
    w.EndObject();
    return permitted;
  }

  Tenure& tenure_;
  const std::unique_ptr<Snapshot> snapshot_;
};

Ask AskAt(const std::optional<EffectiveTime>& moment) { return Ask{When{moment, std::nullopt}, {}, {}}; }

Response EvaluateOne(const Call& call, const Access& access, const char* question) {
  if (auto problem = Precheck(call, MomentOf(access), question, Asked(access))) return std::move(*problem);
  const auto asker = call.service.Borrow();
  auto snapshot = asker->SnapshotAt(AskAt(MomentOf(access)));
  if (!snapshot) return Problem(snapshot.error());
  Deciding deciding(*asker, std::move(*snapshot));
  JsonWriter w;
  if (auto done = deciding.Write(w, access); !done) return Problem(done.error());
  return Answered(w, question, deciding.Head(), 1, Asked(access));
}

Response Evaluation(Call& call) {
  const auto access = authzen::ReadEvaluation(call.request);
  if (!access) return Refused(access.error());
  return EvaluateOne(call, *access, "evaluation");
}

bool Stops(Semantic semantic, bool permitted) {
  return semantic == Semantic::kDenyOnFirstDeny ? !permitted : semantic == Semantic::kPermitOnFirstPermit && permitted;
}

Response Evaluations(Call& call) {
  const auto request = authzen::ReadEvaluations(call.request);
  if (!request) return Refused(request.error());
  if (request->items.empty()) return EvaluateOne(call, request->defaults, "evaluations");
  auto moment = MomentOf(request->defaults);
  for (const Item& item : request->items)
    if (!moment) moment = MomentOf(item.access);
  if (auto problem = Precheck(call, moment, "evaluations", {{"evaluations", std::to_string(request->items.size())}}))
    return std::move(*problem);
  const auto asker = call.service.Borrow();
  auto snapshot = asker->SnapshotAt(AskAt(MomentOf(request->defaults)));
  if (!snapshot) return Problem(snapshot.error());
  Deciding deciding(*asker, std::move(*snapshot));
  std::int64_t rows = 0;
  std::vector<Field> asked = {{"evaluations", std::to_string(request->items.size())}};
  JsonWriter w;
  w.BeginObject();
  w.Key("evaluations");
  w.BeginArray();
  for (const Item& item : request->items) {
    asked.push_back(
        {std::to_string(rows++), NameOf(item.access.subject) + ' ' + item.access.action + ' ' + NameOf(item.access.resource)});
    auto permitted = item.refusal ? deciding.WriteClosed(w, item.access, item.refusal->status, item.refusal->error)
                                  : deciding.Write(w, item.access);
    if (!permitted) return Problem(permitted.error());
    if (Stops(request->semantic, *permitted)) break;
  }
  w.EndArray();
  w.EndObject();
  return Answered(w, "evaluations", deciding.Head(), rows, std::move(asked));
}

// --- search

Result<PermittedQuestion> QuestionOf(const Access& access, OpenPlace open) {
  PermittedQuestion question{open, {}, access.action, {}, {}};
  const auto subject = authzen::ReferenceOf(access.subject), resource = authzen::ReferenceOf(access.resource);
  if (!subject || !resource) return Fail("reference_malformed", "a type holds a colon", {}, Blame::kCaller);
  if (open == OpenPlace::kSubject) question.type = access.subject.type;
  else question.subject = *subject;
  if (open == OpenPlace::kResource) question.type = access.resource.type;
  else question.resource = *resource;
  return question;
}

void WriteFound(JsonWriter& w, const PermittedAnswer& answer) {
  for (const std::string& row : answer.rows) {
    w.BeginObject();
    if (answer.asked.open == OpenPlace::kAction) {
      w.Key("name");
      w.String(row);
    } else {
      const auto colon = row.find(':');
      w.Key("type");
      w.String(row.substr(0, colon));
      w.Key("id");
      w.String(row.substr(colon + 1));
    }
    w.EndObject();
  }
}

Response Found(const Access& access, const PermittedAnswer& answer, const char* question) {
  JsonWriter w;
  w.BeginObject();
  w.Key("page");
  w.BeginObject();
  w.Key("next_token");
  w.String(answer.head.next);
  w.Key("count");
  w.Int(static_cast<std::int64_t>(answer.rows.size()));
  w.EndObject();
  if (Explains(access)) {
    w.Key("context");
    w.Raw(library::ToHead(answer.head));
  }
  w.Key("results");
  w.BeginArray();
  WriteFound(w, answer);
  w.EndArray();
  w.EndObject();
  return Answered(w, question, answer.head, static_cast<std::int64_t>(answer.rows.size()), Asked(access));
}

Response SearchFor(Call& call, OpenPlace open, const char* name) {
  const auto search = authzen::ReadSearch(call.request, open);
  if (!search) return Refused(search.error());
  const auto moment = MomentOf(search->access);
  if (auto problem = Precheck(call, moment, name, Asked(search->access))) return std::move(*problem);
  Ask ask = AskAt(moment);
  ask.page = {search->limit, search->token};
  const auto asker = call.service.Borrow();
  const auto question = QuestionOf(search->access, open);
  auto answer = question ? asker->Permitted(*question, ask) : tl::unexpected<Error>(question.error());
  const auto is = [&](std::string_view beginning) { return answer.error().code.rfind(beginning, 0) == 0; };
  if (!answer && (is("reference_") || is("action_"))) answer = PermittedAnswer{};
  if (!answer) return Problem(answer.error(), is("cursor_") ? "page.token" : "");
  if (!search->token.empty() && !call.caller.May(Scope::kHistory) && !IsAboutNow(call, answer->head))
    return Problem(Require(call.caller, Scope::kHistory).error(), "page.token");
  if (!answer->head.unread.empty()) answer->rows.clear();
  answer->asked.open = open;
  return Found(search->access, *answer, name);
}

Response SearchSubject(Call& call) { return SearchFor(call, OpenPlace::kSubject, "search_subject"); }
Response SearchResource(Call& call) { return SearchFor(call, OpenPlace::kResource, "search_resource"); }
Response SearchAction(Call& call) { return SearchFor(call, OpenPlace::kAction, "search_action"); }

// --- metadata

struct Endpoint {
  const char *name, *path;
};
constexpr std::array<Endpoint, 5> kEndpoints = {{{"access_evaluation_endpoint", "/access/v1/evaluation"},
                                                 {"access_evaluations_endpoint", "/access/v1/evaluations"},
                                                 {"search_subject_endpoint", "/access/v1/search/subject"},
                                                 {"search_resource_endpoint", "/access/v1/search/resource"},
                                                 {"search_action_endpoint", "/access/v1/search/action"}}};

// A host with or without a port, and nothing that would make another URL of it.
bool IsHost(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

// Behind a proxy that ends TLS the request says so itself; it could deceive nobody but its own sender.
bool IsSecure(const Request& request) {
  const std::string* forwarded = request.Find("x-forwarded-proto");
  return request.peer.encrypted || (forwarded != nullptr && *forwarded == "https");
}

Response Metadata(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error());
  const std::string* host = call.request.Find("host");
  if (host == nullptr || !IsHost(*host))
    return Problem(
        Error{"host_malformed", "the request names no host", "send the Host that this service is reached by", Blame::kCaller},
        "Host");
  const std::string base = (IsSecure(call.request) ? "https://" : "http://") + *host;
  JsonWriter w;
  w.BeginObject();
  w.Key("policy_decision_point");
  w.String(base);
  for (const Endpoint& endpoint : kEndpoints) {
    w.Key(endpoint.name);
    w.String(base + endpoint.path);
  }
  w.EndObject();
  Response response = Json(w.Take());
  response.fields.push_back({"Cache-Control", kMetadataCaching});
  return response;
}

}  // namespace

std::vector<Route> AuthzenRoutes() {
  return {{"POST", "/access/v1/evaluation", Scope::kAsk, Evaluation, true},
          {"POST", "/access/v1/evaluations", Scope::kAsk, Evaluations},
          {"POST", "/access/v1/search/subject", Scope::kAsk, SearchSubject},
          {"POST", "/access/v1/search/resource", Scope::kAsk, SearchResource},
          {"POST", "/access/v1/search/action", Scope::kAsk, SearchAction},
          {"GET", "/.well-known/authzen-configuration", Scope::kNone, Metadata, true}};
}

}  // namespace tenure::http
