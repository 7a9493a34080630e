#include "library/listing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "authority/story.h"

namespace tenure::library {
namespace {

constexpr std::size_t kReadAhead = 256;

// "grant.issued" and "tenure.grant.issued.v1" are one type to a person.
std::string FullTypeName(const std::string& type) {
  if (type.empty() || event::TypeFromName(type)) return type;
  const std::string full = "tenure." + type + ".v1";
  return event::TypeFromName(full) ? full : type;
}

std::string WriteVector(const PositionVector& vector) {
  std::string text;
  for (const auto& [where, next] : vector.next)
    text +=
        std::to_string(static_cast<int>(where.topic)) + "." + std::to_string(where.partition) + "." + std::to_string(next) + ";";
  return text;
}

std::optional<PositionVector> ReadVector(std::string_view text) {
  PositionVector vector;
  while (!text.empty()) {
    std::int64_t numbers[3] = {0, 0, 0};
    for (int i = 0; i < 3; ++i) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
      if (error != std::errc{} || end == text.data() + text.size() || *end != (i < 2 ? '.' : ';')) return std::nullopt;
      text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    }
    if (numbers[0] < 0 || numbers[0] >= kPlaneTopics || numbers[2] < 0) return std::nullopt;
    vector.next[{static_cast<Topic>(numbers[0]), static_cast<std::int32_t>(numbers[1])}] = numbers[2];
  }
  return vector;
}

std::optional<std::size_t> ToNumber(std::string_view text) {
  std::size_t value = 0;
  if (text.empty()) return value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<Error> MalformedCursor() {
  return Fail("cursor_malformed", "that is not a cursor of this listing", "repeat the question without it", Blame::kCaller);
}

Result<DeadLetterRow> RowOf(const projection::ModelDeadLetter& letter, history::FactView& view, std::vector<Evidence>& evidence) {
  DeadLetterRow row;
  row.position = letter.position;
  row.recorded_at = letter.recorded;
  row.reason = letter.reason;
  row.text = letter.text;
  row.key = letter.key;
  row.type = letter.type;
  row.time = letter.time;
  row.state = letter.state;
  if (letter.name) {
    row.source = letter.name->source;
    row.id = letter.name->id;
  }
  if (letter.resolved_by) {
    auto meta = view.Meta(*letter.resolved_by);
    if (!meta) return tl::unexpected<Error>(meta.error());
    row.evidence.push_back(static_cast<std::int32_t>(evidence.size()));
    evidence.push_back({meta->name, meta->type, meta->time, meta->recorded, meta->position, meta->claimed_actor,
                        meta->verified_writer, meta->control_owner});
  }
  return row;
}

}  // namespace

EventLister::EventLister(const OpenRecord& record, EventsQuestion question, When when, PositionVector from, PositionVector until)
    : record_(record),
      question_(std::move(question)),
      when_(when),
      reached_(std::move(from)),
      read_(reached_),
      until_(std::move(until)) {
  question_.type = FullTypeName(question_.type);
}

Result<std::optional<EventRow>> EventLister::Next() {
  while (true) {
    auto popped = Pop();
    if (!popped) return tl::unexpected<Error>(popped.error());
    if (!popped->has_value()) return std::optional<EventRow>{};
    const Head& head = **popped;
    reached_.next[head.record.position.Where()] = head.record.position.offset + 1;
    if (!Matches(head.record)) continue;
    auto state = record_.model->StateOf(head.record.position, until_);
    if (!state) return tl::unexpected<Error>(state.error());
    EventRow row;
    row.event = head.record.value;
    row.position = head.record.position;
    row.recorded_at = head.recorded;
    row.verified_writer = head.record.verified_writer;
    row.state = authority::WordOf(*state);
    return std::optional<EventRow>(std::move(row));
  }
}

// Takes the first in order of record among the partitions' heads.
Result<std::optional<EventLister::Head>> EventLister::Pop() {
  std::deque<Head>* first = nullptr;
  for (const auto& [where, end] : until_.next) {
    if (static_cast<int>(where.topic) >= kPlaneTopics) continue;
    if (auto s = Fill(where); !s) return tl::unexpected<Error>(s.error());
    auto& buffer = buffers_[where];
    if (buffer.empty()) continue;
    if (first == nullptr || std::pair(buffer.front().recorded, buffer.front().record.position) <
                                std::pair(first->front().recorded, first->front().record.position))
      first = &buffer;
  }
  if (first == nullptr) return std::optional<Head>{};
  std::optional<Head> head(std::move(first->front()));
  first->pop_front();
  return head;
}

Status EventLister::Fill(const TopicPartition& where) {
  auto& buffer = buffers_[where];
  const std::int64_t from = read_.Next(where), end = until_.Next(where);
  if (!buffer.empty() || from >= end) return {};
  auto records = record_.log->Read(where, from, std::min<std::size_t>(kReadAhead, static_cast<std::size_t>(end - from)));
  if (!records) return tl::unexpected<Error>(records.error());
  for (log::Record& one : *records) {
    auto recorded = record_.model->RecordedAt(one.position);
    if (!recorded) return tl::unexpected<Error>(recorded.error());
    read_.next[where] = one.position.offset + 1;
    buffer.push_back({std::move(one), *recorded});
  }
  return {};
}

bool EventLister::Matches(const log::Record& record) {
  const EventsQuestion& q = question_;
  const bool all = q.source.empty() && q.type.empty() && q.subject.empty() && q.actor.empty() && !when_.as_of && !when_.during;
  if (all) return true;
  if (auto event = decoder_.Decode(record.value)) {
    return (q.source.empty() || q.source == event->name.source) && (q.type.empty() || q.type == event::TypeName(event->Type())) &&
           (q.subject.empty() || q.subject == event::KeyOf(*event)) && (q.actor.empty() || q.actor == event->authid) &&
           InTime(event->time);
  }
  const auto left = decoder_.SalvageFrom(record.value);
  return (q.source.empty() || (left.name && q.source == left.name->source)) &&
         (q.type.empty() || (left.type && q.type == event::TypeName(*left.type))) &&
         (q.subject.empty() || q.subject == left.key || q.subject == record.key) && q.actor.empty() && InTime(left.time);
}

bool EventLister::InTime(std::optional<EffectiveTime> time) const {
  if (!time) return true;  // of a time that can't be read nobody can say that it lies outside
  if (when_.during) return when_.during->Contains(*time);
  return !when_.as_of || *time <= *when_.as_of;
}

Status ListEvents(const OpenRecord& record, const Asked& asked, const EventsQuestion& question, bool filtered,
                  EventsAnswer& answer) {
  std::string_view place = asked.page.cursor;  // 'f' (filtered by time) or '-', then the vector
  if (!place.empty()) {
    filtered = place.front() == 'f';
    place.remove_prefix(1);
  }
  const auto from = ReadVector(place);
  if (!from) return MalformedCursor();
  EventLister lister(record, question, filtered ? asked.when : When{}, *from, asked.knowledge.vector);
  while (true) {
    const bool full = static_cast<std::int64_t>(answer.rows.size()) == asked.page.limit;
    const std::string here = full ? WriteVector(lister.Reached()) : "";
    auto row = lister.Next();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!row->has_value()) return {};
    if (full) {  // there is more than the page holds
      answer.head.next = (filtered ? "f" : "-") + here;
      return {};
    }
    answer.rows.push_back(std::move(**row));
  }
}

Status ListDeadLetters(const OpenRecord& record, const Asked& asked, DeadLettersAnswer& answer) {
  auto letters = record.model->DeadLetters(asked.knowledge.vector);
  if (!letters) return tl::unexpected<Error>(letters.error());
  auto view = record.model->View(asked.knowledge.vector);
  if (!view) return tl::unexpected<Error>(view.error());
  const auto begin = ToNumber(asked.page.cursor);
  if (!begin) return MalformedCursor();
  for (std::size_t i = *begin; i < letters->size(); ++i) {
    if (static_cast<std::int64_t>(answer.rows.size()) == asked.page.limit) {
      answer.head.next = std::to_string(i);
      return {};
    }
    auto row = RowOf((*letters)[i], **view, answer.head.evidence);
    if (!row) return tl::unexpected<Error>(row.error());
    answer.rows.push_back(std::move(*row));
  }
  return {};
}

Status CheckEventsQuestion(const EventsQuestion& question) {
  if (question.type.empty() || event::TypeFromName(FullTypeName(question.type))) return {};
  return Fail("event_type_unknown", "\"" + question.type + "\" is no type of event",
              "tenure schema lists them; the short form is enough: grant.issued", Blame::kCaller);
}

}  // namespace tenure::library
