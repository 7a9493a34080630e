#include "wire/served_record.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "event/codec.h"
#include "event/reference.h"
#include "governance/rules.h"
#include "library/arn.h"
#include "library/json_read.h"
#include "wire/reply_errors.h"

namespace tenure::wire {
namespace {

constexpr std::string_view kBrief = "brief";
constexpr std::size_t kTargetBytesMax = 30'000;  // below what a service takes as the head of a request

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool FitsInUrl(const std::string& ref) { return !HasControls(ref) && ref.size() <= event::kReferenceBytesMax; }

// What can't stand in a URL is never a reference, and is told as beside the record.
Status CheckSendable(const std::vector<std::string>& refs) {
  if (std::all_of(refs.begin(), refs.end(), FitsInUrl)) return {};
  for (const std::string& ref : refs) {
    auto checked = event::CheckReference(library::NormaliseReference(ref));
    if (checked) continue;
    checked.error().blame = Blame::kCaller;
    return checked;
  }
  return {};
}

Target TargetOfWhat(const std::string& ref) { return Target("/v1/identities/" + Encoded(ref) + "/authority"); }

Target TargetOf(const WhoQuestion& question) {
  Target target("/v1/authority");
  target.Add("action", question.action).Add("resource", question.resource);
  return target.Add("role", question.role).Add("member_of", question.member_of);
}

Target TargetOfCheck(const std::string& ref, const std::string& action, const std::string& resource) {
  return Target("/v1/check").Add("subject", ref).Add("action", action).Add("resource", resource);
}

}  // namespace

Result<std::unique_ptr<library::Record>> ServedRecord::Make(const ServerAccess& access) {
  auto client = Client::Make(access);
  if (!client) return tl::unexpected<Error>(client.error());
  return std::unique_ptr<library::Record>(new ServedRecord(std::move(*client), access));
}

template <class A>
Result<library::Told<A>> ServedRecord::Answered(const Result<Reply>& reply) {
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (reply->status != 200 || reply->content_type != "application/json")
    return tl::unexpected<Error>(ErrorOf(*reply, !access_.token.empty()));
  Told<A> told;
  if (auto s = library::FromJson(reply->body, told.answer); !s) return tl::unexpected<Error>(Malformed(s.error()));
  if (reply->body.find_first_of("\r\n\t") == std::string::npos) told.line = reply->body;
  return told;
}

template <class A>
Result<library::Told<A>> ServedRecord::Get(const Target& target) {
  if (target.Text().size() > kTargetBytesMax)
    return Fail("server_question_too_large", "the question is too large for a URL", "ask with --data DIR, beside the record",
                Blame::kCaller);
  return Answered<A>(client_->Send({.target = target.Text()}));
}

// --- questions

Result<library::Told<IdentitiesAnswer>> ServedRecord::Identities(const IdentitiesQuestion& question, const Ask& ask) {
  Target target("/v1/identities");
  target.Add("type", question.type).Add("status", question.status).Add("owner", question.owner);
  return Get<IdentitiesAnswer>(target.AddFlag("unowned", question.unowned).Add(ask));
}

Result<library::Told<ShowAnswer>> ServedRecord::Show(const std::string& ref, const Ask& ask) {
  if (auto s = CheckSendable({ref}); !s) return tl::unexpected<Error>(s.error());
  return Get<ShowAnswer>(Target("/v1/identities/" + Encoded(ref)).Add(ask));
}

Result<library::Told<WhatAnswer>> ServedRecord::What(const std::string& ref, bool on_paper, const Ask& ask) {
  if (auto s = CheckSendable({ref}); !s) return tl::unexpected<Error>(s.error());
  return Get<WhatAnswer>(TargetOfWhat(ref).AddFlag("on_paper", on_paper).Add(ask));
}

Result<library::Told<WhoAnswer>> ServedRecord::Who(const WhoQuestion& question, const Ask& ask) {
  return Get<WhoAnswer>(TargetOf(question).Add(ask));
}

Result<library::Told<CheckAnswer>> ServedRecord::Check(const std::string& ref, const std::string& action,
                                                       const std::string& resource, bool why, const Ask& ask) {
  if (auto s = CheckSendable({ref, resource}); !s) return tl::unexpected<Error>(s.error());
  return Get<CheckAnswer>(TargetOfCheck(ref, action, resource).AddFlag("why", why).Add(ask));
}

Result<library::Told<BriefIdentitiesAnswer>> ServedRecord::ActiveBriefly(const Ask& ask) {
  return Get<BriefIdentitiesAnswer>(Target("/v1/identities").Add("status", "active").Add("detail", kBrief).Add(ask));
}

Result<library::Told<BriefWhatAnswer>> ServedRecord::WhatBriefly(const std::string& ref, const Ask& ask) {
  if (auto s = CheckSendable({ref}); !s) return tl::unexpected<Error>(s.error());
  return Get<BriefWhatAnswer>(TargetOfWhat(ref).Add("detail", kBrief).Add(ask));
}

Result<library::Told<BriefWhoAnswer>> ServedRecord::WhoBriefly(const WhoQuestion& question, const Ask& ask) {
  return Get<BriefWhoAnswer>(TargetOf(question).Add("detail", kBrief).Add(ask));
}

Result<library::Told<BriefCheckAnswer>> ServedRecord::CheckBriefly(const std::string& ref, const std::string& action,
                                                                   const std::string& resource, const Ask& ask) {
  if (auto s = CheckSendable({ref, resource}); !s) return tl::unexpected<Error>(s.error());
  return Get<BriefCheckAnswer>(TargetOfCheck(ref, action, resource).Add("detail", kBrief).Add(ask));
}

Result<library::Told<FindingsAnswer>> ServedRecord::Findings(const FindingsQuestion& question, const Ask& ask) {
  Target target("/v1/findings");
  target.Add("rule", governance::JoinRules(question.rules))
      .Add("severity", governance::SeverityName(question.least))
      .Add("subject", question.subject);
  return Get<FindingsAnswer>(target.Add("policy", question.policy).Add(ask));
}

Result<library::Told<WhyHeldAnswer>> ServedRecord::WhyHeld(const WhyHeldQuestion& question, const Ask& ask) {
  if (auto s = CheckSendable({question.ref, question.resource}); !s) return tl::unexpected<Error>(s.error());
  Target target("/v1/identities/" + Encoded(question.ref) + "/why-held");
  target.Add("role", question.role).Add("action", question.action).Add("resource", question.resource);
  return Get<WhyHeldAnswer>(target.Add(ask));
}

Result<library::Told<ControlsAnswer>> ServedRecord::Controls(const std::string& policy, const Ask& ask) {
  return Get<ControlsAnswer>(Target("/v1/controls").Add("policy", policy).Add(ask));
}

Result<library::Told<ReviewsAnswer>> ServedRecord::Reviews(const Ask& ask) {
  return Get<ReviewsAnswer>(Target("/v1/reviews").Add(ask));
}

Result<library::Told<ReviewAnswer>> ServedRecord::Review(const std::string& review, const Ask& ask) {
  if (auto s = CheckSendable({review}); !s) return tl::unexpected<Error>(s.error());
  return Get<ReviewAnswer>(Target("/v1/reviews/" + Encoded(review)).Add(ask));
}

Result<library::Told<UnreviewedAnswer>> ServedRecord::Unreviewed(const Ask& ask) {
  return Get<UnreviewedAnswer>(Target("/v1/unreviewed").Add(ask));
}

Result<library::Told<ReachAnswer>> ServedRecord::BlastRadius(const ReachQuestion& question, const Ask& ask) {
  if (auto s = CheckSendable({question.ref}); !s) return tl::unexpected<Error>(s.error());
  Target target("/v1/identities/" + Encoded(question.ref) + "/reach");
  target.Add("from", question.window.from);
  if (question.window.until != kForever) target.Add("until", question.window.until);
  target.Add("credential", question.credential).Add("depth", std::to_string(question.depth));
  return Get<ReachAnswer>(target.Add(ask));
}

Result<library::Told<ReplayAnswer>> ServedRecord::Replay(const ReplayQuestion& question, const Ask& ask) {
  if (auto s = CheckSendable({question.subject}); !s && !question.subject.empty()) return tl::unexpected<Error>(s.error());
  Target target("/v1/replay");
  target.Add("ref", question.subject).Add("from", question.window.from).Add("to", question.window.until);
  return Get<ReplayAnswer>(target.Add(ask));
}

Result<library::Told<TimelineAnswer>> ServedRecord::Timeline(const std::string& ref, const Ask& ask) {
  if (auto s = CheckSendable({ref}); !s) return tl::unexpected<Error>(s.error());
  return Get<TimelineAnswer>(Target("/v1/timeline").Add("ref", ref).Add(ask));
}

Result<library::Told<DiffAnswer>> ServedRecord::Diff(const library::DiffQuestion& question, const Ask& ask) {
  if (auto s = CheckSendable({question.ref}); !s && !question.ref.empty()) return tl::unexpected<Error>(s.error());
  Target target("/v1/diff");
  target.Add("ref", question.ref);
  if (question.without) return Get<DiffAnswer>(target.Add(ask));
  if (question.moments) {
    target.Add("from", question.moments->from).Add("to", question.moments->until);
    return Get<DiffAnswer>(target.Add(ask));
  }
  target.AddKnowledge("known_from", question.known_from).AddKnowledge("known_to", question.known_to);
  auto told = Get<DiffAnswer>(target.Add(ask));
  if (!told) return told;
  told->answer.between_knowledges = true;
  if (const auto* time = std::get_if<RecordedTime>(&question.known_from)) told->answer.known_before = *time;
  if (!std::holds_alternative<std::string>(question.known_from)) return told;
  // The JSON of a difference doesn't say when the earlier of two tokens was; any answer under that token does.
  Ask earlier;
  earlier.as_known_at = question.known_from;
  earlier.page.limit = 1;
  auto known = DeadLetters(earlier);
  if (!known) return tl::unexpected<Error>(known.error());
  told->answer.known_before = known->answer.head.known_time;
  return told;
}

Result<library::Told<EventsAnswer>> ServedRecord::Events(const EventsQuestion& question, const Ask& ask) {
  return Get<EventsAnswer>(Target("/v1/events").Add(question).Add(ask));
}

Result<library::Told<DeadLettersAnswer>> ServedRecord::DeadLetters(const Ask& ask) {
  return Get<DeadLettersAnswer>(Target("/v1/dead-letters").Add(ask));
}

Result<library::Told<StatusAnswer>> ServedRecord::Status() { return Get<StatusAnswer>(Target("/v1/status")); }

Result<library::Told<VerifyAnswer>> ServedRecord::Verify(const Progress&) {
  return Answered<VerifyAnswer>(client_->Send({.method = "POST", .target = "/v1/verify"}));
}

// --- what an import asks

Result<std::vector<Event>> ServedRecord::EventsAbout(const std::vector<std::string>& keys) {
  const std::set<std::string> wanted(keys.begin(), keys.end());
  std::vector<Event> events;
  event::Decoder decoder;
  for (const std::string& key : wanted) {
    EventsQuestion about;
    about.subject = key;
    Ask page;
    page.page.limit = 1'000;
    std::vector<Event> story;
    do {
      auto told = Events(about, page);
      if (!told) return tl::unexpected<Error>(told.error());
      for (const EventRow& row : told->answer.rows) {
        auto event = decoder.Decode(row.event);
        if (row.state == "in_force" && event) story.push_back(std::move(*event));
      }
      page.page.cursor = told->answer.head.next;
    } while (!page.page.cursor.empty());
    std::stable_sort(story.begin(), story.end(), [](const Event& a, const Event& b) { return a.time < b.time; });
    std::move(story.begin(), story.end(), std::back_inserter(events));
  }
  return events;
}

}  // namespace tenure::wire
