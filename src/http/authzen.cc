#include "http/authzen.h"

#include <algorithm>

#include "event/clock.h"
#include "event/json_reader.h"
#include "http/problem.h"

namespace tenure::http::authzen {
namespace {

using event::JsonValue;
using Members = std::vector<std::pair<std::string, JsonValue>>;

constexpr std::string_view kShape = "see docs/reference/authzen.md";

Refusal Refuse(const std::string& code, std::string reason, std::string field, std::string hint = std::string(kShape)) {
  return {400, Error{code, std::move(reason), std::move(hint), Blame::kCaller}, std::move(field)};
}

// Reads members and keeps the first thing that is wrong; after it, what is read means nothing.
class BodyReader {
 public:
  explicit BodyReader(std::string where = {}) : where_(std::move(where)) {}

  const std::optional<Refusal>& Wrong() const { return wrong_; }
  void Keep(Refusal refusal) {
    if (!wrong_) wrong_ = std::move(refusal);
  }

  // An optional member that is null is one that isn't there.
  std::optional<JsonValue> Take(const Members& members, std::string_view name, const std::string& path) {
    std::optional<JsonValue> found;
    for (const auto& [key, value] : members) {
      if (key != name) continue;
      if (found) Keep(Refuse("member_repeated", "\"" + path + "\" stands twice", where_ + path, "give it once"));
      found = value;
    }
    if (found && found->IsNull()) found.reset();
    return found;
  }
  std::optional<Members> TakeObject(const Members& members, std::string_view name, const std::string& path) {
    const auto value = Take(members, name, path);
    if (!value) return std::nullopt;
    if (value->IsObject()) return value->Members();
    WrongType(path, "an object");
    return std::nullopt;
  }
  std::string TakeText(const Members& members, std::string_view name, const std::string& path) {
    const auto value = Take(members, name, path);
    if (value && !value->IsString()) WrongType(path, "a string");
    return value ? value->AsString() : std::string();
  }

  Entity TakeEntity(const Members& members, const std::string& name, bool with_id) {
    Entity entity;
    const auto object = TakeObject(members, name, name);
    if (!object) return entity;
    entity.type = TakeText(*object, "type", name + ".type");
    if (with_id) entity.id = TakeText(*object, "id", name + ".id");
    TakeObject(*object, "properties", name + ".properties");
    return entity;
  }
  std::string TakeAction(const Members& members) {
    const auto object = TakeObject(members, "action", "action");
    if (!object) return {};
    TakeObject(*object, "properties", "action.properties");
    return TakeText(*object, "name", "action.name");
  }
  std::optional<Context> TakeContext(const Members& members) {
    const auto object = TakeObject(members, "context", "context");
    if (!object) return std::nullopt;
    Context context;
    const auto explain = Take(*object, "tenure_explain", "context.tenure_explain");
    if (explain && !explain->IsBool()) WrongType("context.tenure_explain", "true or false");
    context.explain = explain && explain->AsBool();
    context.as_of = TakeMoment(*object);
    return context;
  }
  Access TakeAccess(const Members& members, std::optional<OpenPlace> open = std::nullopt) {
    Access access;
    access.subject = TakeEntity(members, "subject", open != OpenPlace::kSubject);
    access.resource = TakeEntity(members, "resource", open != OpenPlace::kResource);
    if (open != OpenPlace::kAction) access.action = TakeAction(members);
    access.context = TakeContext(members);
    return access;
  }

  void WrongType(const std::string& path, const std::string& wanted) {
    Keep(Refuse("member_malformed", "\"" + path + "\" is not " + wanted, where_ + path));
  }
  void Require(const Entity& entity, const std::string& name, bool with_id) {
    if (entity.type.empty() && entity.id.empty()) Missing(name);
    else if (entity.type.empty()) Missing(name + ".type");
    else if (with_id && entity.id.empty()) Missing(name + ".id");
  }
  void RequireAll(const Access& access, std::optional<OpenPlace> open = std::nullopt) {
    Require(access.subject, "subject", open != OpenPlace::kSubject);
    if (open != OpenPlace::kAction && access.action.empty()) Missing("action.name");
    Require(access.resource, "resource", open != OpenPlace::kResource);
  }

 private:
  // Whoever asks about the past says which; a moment that moves would be another one on the next page.
  std::optional<EffectiveTime> TakeMoment(const Members& context) {
    const std::string path = "context.tenure_as_of";
    const auto value = Take(context, "tenure_as_of", path);
    if (!value) return std::nullopt;
    const std::string text = value->AsString();
    if (!value->IsString()) WrongType(path, "a string");
    else if (text.substr(0, 3) == "now")
      Keep(Refuse("time_malformed", "\"" + text + "\" moves", where_ + path, "write the time"));
    else if (auto time = event::ParseQuestionTime(text, {}); time) return *time;
    else Keep({400, time.error(), where_ + path});
    return std::nullopt;
  }
  void Missing(const std::string& path) { Keep(Refuse("member_missing", "\"" + path + "\" is missing or empty", where_ + path)); }

  const std::string where_;  // before each path: "evaluations[3]."
  std::optional<Refusal> wrong_;
};

tl::expected<Members, Refusal> ReadBody(const Request& request, std::size_t bytes_max) {
  if (const std::string type = request.ContentType(); type != "application/json")
    return tl::unexpected(Refuse("media_type_unsupported",
                                 type.empty() ? "the request says no Content-Type" : "Content-Type is " + type, "Content-Type",
                                 "send application/json"));
  if (request.body.size() > bytes_max) {
    Refusal refusal = Refuse("body_too_large", "the body has " + std::to_string(request.body.size()) + " bytes", "",
                             "at most " + std::to_string(bytes_max));
    refusal.status = 413;
    return tl::unexpected(std::move(refusal));
  }
  const auto body = JsonValue::Parse(request.body);
  if (!body) return tl::unexpected(Refuse("body_malformed", body.error().reason, "", body.error().hint));
  if (!body->IsObject()) return tl::unexpected(Refuse("body_malformed", "the body is no JSON object", ""));
  return body->Members();
}

// An item's entity replaces the default one, but for the part that it leaves out.
Entity Over(const Entity& defaults, Entity entity) {
  if (entity.type.empty()) entity.type = defaults.type;
  if (entity.id.empty()) entity.id = defaults.id;
  return entity;
}

Item ReadItem(const JsonValue& value, std::size_t index, const Access& defaults) {
  const std::string where = "evaluations[" + std::to_string(index) + "]";
  Item item;
  if (!value.IsObject()) {
    item.access = defaults;
    item.refusal = Refuse("member_malformed", "\"" + where + "\" is not an object", where);
    return item;
  }
  BodyReader reader(where + '.');
  item.access = reader.TakeAccess(value.Members());
  item.access.subject = Over(defaults.subject, item.access.subject);
  item.access.resource = Over(defaults.resource, item.access.resource);
  if (item.access.action.empty()) item.access.action = defaults.action;
  reader.RequireAll(item.access);
  const auto moment = defaults.context ? defaults.context->as_of : std::nullopt;
  if (!item.access.context) item.access.context = defaults.context;
  else if (item.access.context->as_of && item.access.context->as_of != moment)
    reader.Keep(Refuse("moment_not_shared", "all evaluations of a request are about one moment", where + ".context.tenure_as_of",
                       "give it in the context beside \"evaluations\""));
  item.refusal = reader.Wrong();
  return item;
}

Semantic TakeSemantic(BodyReader& reader, const Members& body) {
  const auto options = reader.TakeObject(body, "options", "options");
  const std::string path = "options.evaluations_semantic";
  const auto value = options ? reader.Take(*options, "evaluations_semantic", path) : std::nullopt;
  const std::string text = value ? value->AsString() : "execute_all";
  if (text == "deny_on_first_deny") return Semantic::kDenyOnFirstDeny;
  if (text == "permit_on_first_permit") return Semantic::kPermitOnFirstPermit;
  if (text != "execute_all") reader.WrongType(path, "execute_all, deny_on_first_deny or permit_on_first_permit");
  return Semantic::kExecuteAll;
}

}  // namespace

Response Refused(const Refusal& refusal) { return Problem(refusal.status, refusal.error, refusal.field); }

tl::expected<Access, Refusal> ReadEvaluation(const Request& request) {
  const auto body = ReadBody(request, kOneBytesMax);
  if (!body) return tl::unexpected(body.error());
  BodyReader reader;
  Access access = reader.TakeAccess(*body);
  reader.RequireAll(access);
  if (reader.Wrong()) return tl::unexpected(*reader.Wrong());
  return access;
}

tl::expected<Evaluations, Refusal> ReadEvaluations(const Request& request) {
  const auto body = ReadBody(request, kManyBytesMax);
  if (!body) return tl::unexpected(body.error());
  BodyReader reader;
  Evaluations evaluations;
  evaluations.defaults = reader.TakeAccess(*body);
  evaluations.semantic = TakeSemantic(reader, *body);
  const auto list = reader.Take(*body, "evaluations", "evaluations");
  if (list && !list->IsArray()) reader.WrongType("evaluations", "an array");
  const auto items = list ? list->Items() : std::vector<JsonValue>();
  if (items.empty()) reader.RequireAll(evaluations.defaults);
  if (items.size() > kEvaluationsMax) {
    Refusal refusal = Refuse("evaluations_too_many", "the request holds " + std::to_string(items.size()) + " evaluations",
                             "evaluations", "at most " + std::to_string(kEvaluationsMax) + " at once");
    refusal.status = 413;
    reader.Keep(std::move(refusal));
  }
  if (reader.Wrong()) return tl::unexpected(*reader.Wrong());
  for (const JsonValue& item : items) evaluations.items.push_back(ReadItem(item, evaluations.items.size(), evaluations.defaults));
  return evaluations;
}

tl::expected<Search, Refusal> ReadSearch(const Request& request, OpenPlace open) {
  const auto body = ReadBody(request, kOneBytesMax);
  if (!body) return tl::unexpected(body.error());
  BodyReader reader;
  Search search;
  search.access = reader.TakeAccess(*body, open);
  reader.RequireAll(search.access, open);
  if (const auto page = reader.TakeObject(*body, "page", "page")) {
    search.token = reader.TakeText(*page, "token", "page.token");
    const auto limit = reader.Take(*page, "limit", "page.limit");
    const auto rows = limit ? limit->AsInt() : std::nullopt;
    if (limit && (!rows || *rows < 0)) reader.WrongType("page.limit", "a whole number of at least 0");
    if (rows && *rows > 0) search.limit = std::min(*rows, kPageRowsMax);
    reader.TakeObject(*page, "properties", "page.properties");
  }
  if (reader.Wrong()) return tl::unexpected(*reader.Wrong());
  return search;
}

std::optional<std::string> ReferenceOf(const Entity& entity) {
  if (entity.type.find(':') != std::string::npos) return std::nullopt;
  return entity.type + ':' + entity.id;
}

}  // namespace tenure::http::authzen
