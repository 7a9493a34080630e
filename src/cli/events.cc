#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "event/codec.h"
#include "event/reference.h"
#include "event/secrets.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

constexpr std::int64_t kRawPage = 1'000;  // nobody sees its pages

struct EventsCommand {
  QuestionOptions options;
  EventsQuestion question;
  bool follow = false, raw = false;
};

volatile std::sig_atomic_t interrupted = 0;

// What a person wants of an event on one line; of one that can't be read, what can be told.
struct Gist {
  std::string time, type, key, actor, source, id;
};
Gist GistOf(const EventRow& row, event::Decoder& decoder) {
  const std::string shown = event::MaskSecrets(row.event);
  if (auto event = decoder.Decode(shown)) {
    const std::string_view type = event::TypeName(event->Type());
    return {At(event->time.us),   std::string(type.substr(7, type.size() - 10)),
            event::KeyOf(*event), event->authid,
            event->name.source,   event->name.id};
  }
  const auto left = decoder.SalvageFrom(shown);
  return {left.time ? At(left.time->us) : "?",
          left.type ? std::string(event::TypeName(*left.type)) : "?",
          left.key,
          "",
          left.name ? left.name->source : "?",
          left.name ? left.name->id : "?"};
}

void PrintEvents(Invocation& invocation, const EventsCommand& command, const EventsAnswer& answer) {
  const std::string count = Count(static_cast<std::int64_t>(answer.rows.size()), "event", "events");
  PrintHeading(invocation, command.options, count + std::string(command.options.OnPage(answer.head)), Ink::kBold, answer.head);
  invocation.terminal.Line();
  event::Decoder decoder;
  Table table({{"TIME"}, {"TYPE", true, 12}, {"ABOUT", true, 14}, {"ACTOR", true, 8}, {"STATE"}});
  for (const EventRow& row : answer.rows) {
    const Gist gist = GistOf(row, decoder);
    table.Add({gist.time, gist.type, gist.key, gist.actor, row.state == "in_force" ? "" : row.state},
              row.state == "in_force"                                ? Ink::kPlain
              : row.state == "retracted" || row.state == "duplicate" ? Ink::kDim
                                                                     : Ink::kYellow);
  }
  table.Print(invocation.terminal, invocation.wide);
  PrintNext(invocation, answer.head);
}

void PrintEventsCsv(Invocation& invocation, const EventsAnswer& answer) {
  event::Decoder decoder;
  invocation.terminal.Write(
      CsvLine({"time", "type", "about", "actor", "source", "id", "recorded_at", "topic", "partition", "offset", "state"}));
  for (const EventRow& row : answer.rows) {
    const Gist gist = GistOf(row, decoder);
    invocation.terminal.Write(CsvLine({gist.time, gist.type, gist.key, gist.actor, gist.source, gist.id, At(row.recorded_at.us),
                                       std::string(TopicName(row.position.topic)), std::to_string(row.position.partition),
                                       std::to_string(row.position.offset), row.state}));
  }
}

std::string RawLine(const EventRow& row) { return event::MaskSecrets(row.event); }

// Every event as it comes; each line is out before the next is waited for.
Result<Exit> RunFollow(Invocation& invocation, const EventsCommand& command, library::Record& record, const Ask& ask) {
  if (!ask.page.cursor.empty() || !std::holds_alternative<std::monostate>(ask.as_known_at))
    return Fail("follow_malformed", "--follow reads on into the future", "leave --cursor and --as-known-at out", Blame::kCaller);
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  Terminal& out = invocation.terminal;
  event::Decoder decoder;
  const auto each = [&](const EventRow& row) {
    if (command.raw) {
      out.Line(RawLine(row));
    } else if (command.options.Output() == Form::kJson) {
      out.Line(library::ToJson(row));
    } else {
      const Gist gist = GistOf(row, decoder);
      out.Line(gist.time + "  " + Pad(Escape(gist.type), 22) + "  " + Escape(gist.key) +
               (row.state == "in_force" ? "" : "  " + row.state));
    }
    out.Flush();
    return !out.ReaderLeft();
  };
  auto followed = record.Follow(command.question, ask, each, [] { return interrupted == 0; });
  if (!followed) return tl::unexpected<Error>(followed.error());
  return Exit::kOk;
}

// --raw prints every event that matches, page after page.
Result<Exit> RunRaw(Invocation& invocation, const EventsCommand& command, library::Record& record, Ask ask) {
  ask.page.limit = std::max(ask.page.limit, kRawPage);
  while (true) {
    auto told = record.Events(command.question, ask);
    if (!told) return tl::unexpected<Error>(told.error());
    const AnswerHead& head = told->answer.head;
    for (const EventRow& row : told->answer.rows) invocation.terminal.Line(RawLine(row));
    if (head.next.empty() || invocation.terminal.ReaderLeft()) return command.options.ExitFor(head, Exit::kOk);
    ask.page.cursor = head.next;
    ask.when = {};
    ask.as_known_at = {};
  }
}

// A review is named as its system likes, so a subject may be no reference; then it must be a key on record, whenever recorded.
Status CheckSubject(const EventsCommand& command, library::Record& record) {
  auto status = event::CheckReference(command.question.subject);
  if (command.question.subject.empty() || status) return {};
  EventsQuestion about;
  about.subject = command.question.subject;
  Ask first;
  first.page.limit = 1;
  auto any = record.Events(about, first);
  if (!any) return tl::unexpected<Error>(any.error());
  if (!any->answer.rows.empty()) return {};
  const Error& error = status.error();
  return Fail(error.code, "--subject " + error.reason + ", and no event on record is about it",
              error.hint + ", or a review by the name it was opened with", Blame::kCaller);
}

Result<Exit> RunEvents(Invocation& invocation, const EventsCommand& command) {
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  if (auto s = CheckSubject(command, **record); !s) return tl::unexpected<Error>(s.error());
  if (command.follow) return RunFollow(invocation, command, **record, *ask);
  if (command.raw) return RunRaw(invocation, command, **record, *ask);
  auto told = (*record)->Events(command.question, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  return PrintList(invocation, command, *told, PrintEventsCsv, PrintEvents);
}

}  // namespace

void AddEvents(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("events", "The record itself, in the order it was recorded");
  auto command = std::make_shared<EventsCommand>();
  sub->add_flag("--follow", command->follow, "Then wait for more, until interrupted");
  sub->add_option("--source", command->question.source, "Only from this source")->type_name("SOURCE");
  sub->add_option("--type", command->question.type, "Only of this type: grant.issued, or its full name")->type_name("TYPE");
  sub->add_option("--subject", command->question.subject, "Only about this identity, role or review (the record key)")
      ->type_name("REF");
  sub->add_option("--actor", command->question.actor, "Only by this claimed actor (authid)")->type_name("REF");
  sub->add_flag("--raw", command->raw,
                "Every matching CloudEvent, one a line and nothing else; fields that look like secrets are masked");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true});
  sub->footer(
      "Examples: what one admin did on the first of May; a copy of the whole record\n"
      "  tenure events --actor user:root-admin --during 2026-05-01/2026-05-02\n"
      "  tenure events --raw > record.ndjson");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunEvents(invocation, *command); }; });
}

}  // namespace tenure::cli
