#include "library/evidence_check.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "event/codec.h"
#include "event/running_hash.h"
#include "event/signature.h"
#include "library/evidence_content.h"
#include "library/evidence_files.h"
#include "library/evidence_report.h"
#include "library/scratch.h"
#include "projection/read_model.h"

namespace tenure::library {
namespace {

constexpr const char* kAskAnew = "ask whoever made the pack for it anew, and how it was changed";
constexpr std::size_t kShownBytes = 60;

tl::unexpected<Error> Broken(const char* code, std::string reason) {
  return Fail(code, std::move(reason), kAskAnew, Blame::kInput);
}

std::string Around(std::string_view text, std::size_t at) {
  const std::size_t begin = at - std::min(at, kShownBytes / 2);
  std::string shown;
  for (const char c : text.substr(begin, kShownBytes)) shown.push_back(c >= ' ' && c <= '~' ? c : '.');
  return shown;
}

Status Same(const std::string& name, std::string_view kept, std::string_view anew) {
  if (kept == anew) return {};
  const auto [ours, theirs] = std::mismatch(kept.begin(), kept.end(), anew.begin(), anew.end());
  static_cast<void>(theirs);
  const auto at = static_cast<std::size_t>(ours - kept.begin());
  return Broken("evidence_answer_differs", name + " says …" + Around(kept, at) + "…, and the events, folded anew, give …" +
                                               Around(anew, at) + "… (byte " + std::to_string(at) + ")");
}

// The embedded log has a record at every offset, so one that is missing shows by itself.
Status CheckComplete(const KnownRecord& known, const PositionVector& vector) {
  if (known.topic_prefix) return {};
  PositionVector kept;
  for (const KeptRecord& record : known.records) ++kept.next[record.position.Where()];
  if (kept == vector) return {};
  return Broken("evidence_events_missing", "events.ndjson doesn't hold each record that the question's position names");
}

Status CheckOrder(const KnownRecord& known) {
  std::map<TopicPartition, RecordedTime> last;
  for (std::size_t i = 0; i < known.records.size(); ++i) {
    const KeptRecord& record = known.records[i];
    const auto [at, is_first] = last.try_emplace(record.position.Where(), record.stamp);
    at->second = std::max(at->second, record.stamp);
    const KeptRecord& before = known.records[i == 0 ? 0 : i - 1];
    if (record.recorded != at->second ||
        (i > 0 && std::tie(record.recorded, record.position) <= std::tie(before.recorded, before.position)))
      return Broken("evidence_file_changed", "line " + std::to_string(i + 1) + " of events.ndjson is not in the order of record");
  }
  return {};
}

struct Content {
  EvidenceQuestion question;
  KnownRecord known;
};

Result<Content> ReadContent(const PackFiles& files) {
  auto question = ReadQuestion(files.at(kQuestionFile));
  if (!question) return tl::unexpected<Error>(question.error());
  auto known = ReadFold(files.at(kFoldFile));
  if (!known) return tl::unexpected<Error>(known.error());
  auto records = ReadEvents(files.at(kEventsFile));
  if (!records) return tl::unexpected<Error>(records.error());
  known->records = std::move(*records);
  known->token = question->token;
  auto vector = projection::DecodeToken(known->token, known->log_id, projection::FoldConfig{known->correctors});
  if (!vector)
    return Broken("evidence_file_changed", "the position of question.json is not one of fold.json: " + vector.error().reason);
  if (auto s = CheckComplete(*known, vector->vector); !s) return tl::unexpected<Error>(s.error());
  if (auto s = CheckOrder(*known); !s) return tl::unexpected<Error>(s.error());
  return Content{std::move(*question), std::move(*known)};
}

// What only the version that made the pack writes alike.
Status CheckOfThisVersion(const PackFiles& files, const std::string& made_by, const Content& content) {
  auto report = EvidenceReport(content.question, files.at(kAnswerFile), content.known, made_by);
  if (!report) return tl::unexpected<Error>(report.error());
  if (auto s = Same(kReportFile, files.at(kReportFile), *report); !s) return s;
  const std::vector<ZippedFile> schemas = SchemaFiles();
  const auto is_schema = [](const auto& file) { return file.first.starts_with(kSchemaFolder); };
  if (static_cast<std::size_t>(std::count_if(files.begin(), files.end(), is_schema)) > schemas.size())
    return Broken("evidence_file_extra", "the pack holds a schema that this version doesn't have");
  for (const ZippedFile& schema : schemas) {
    const auto kept = files.find(schema.name);
    if (kept == files.end()) return Broken("evidence_file_missing", "\"" + schema.name + "\" is not in the pack");
    if (auto s = Same(schema.name, kept->second, schema.bytes); !s) return s;
  }
  return {};
}

}  // namespace

Status CheckManifest(const PackFiles& files) {
  const auto manifest = files.find(kManifestFile);
  if (manifest == files.end()) return Broken("evidence_file_missing", "\"manifest.json\" is not in the pack");
  auto entries = ReadManifest(manifest->second);
  if (!entries) return tl::unexpected<Error>(entries.error());
  std::map<std::string, const ManifestEntry*> named;
  for (const ManifestEntry& entry : *entries) {
    named[entry.file] = &entry;
    const auto file = files.find(entry.file);
    if (file == files.end()) return Broken("evidence_file_missing", "\"" + entry.file + "\" is not in the pack");
    const bool same = static_cast<std::int64_t>(file->second.size()) == entry.bytes &&
                      event::HexOf(event::Sha256(file->second)) == entry.sha256;
    if (!same) return Broken("evidence_file_changed", "\"" + entry.file + "\" is not as the manifest says");
  }
  for (const auto& [name, bytes] : files)
    if (!named.contains(name) && name != kManifestFile && name != kSignatureFile && name != kSignerFile)
      return Broken("evidence_file_extra", "\"" + name + "\" is not in the manifest");
  constexpr std::array kNeeded = {kQuestionFile, kAnswerFile,   kEventsFile,  kFoldFile,
                                  kTaintsFile,   kFindingsFile, kVersionFile, kReportFile};
  for (const auto& [name, entry] : named)
    if (std::find(kNeeded.begin(), kNeeded.end(), name) == kNeeded.end() && !name.starts_with(kSchemaFolder))
      return Broken("evidence_file_extra", "\"" + name + "\" is no part of a pack");
  for (const char* name : kNeeded)
    if (!named.contains(name)) return Broken("evidence_file_missing", "\"" + std::string(name) + "\" is not in the manifest");
  return {};
}

Result<std::string> CheckSignature(const PackFiles& files, const std::string& wanted_signer_pem) {
  const auto signature = files.find(kSignatureFile), signer = files.find(kSignerFile);
  std::string wanted;
  if (!wanted_signer_pem.empty()) {
    auto pem = event::PublicPem(wanted_signer_pem);
    if (!pem) return Fail("evidence_key_malformed", pem.error().reason, pem.error().hint, Blame::kCaller);
    wanted = std::move(*pem);
  }
  if (signature == files.end() && signer == files.end()) {
    if (wanted.empty()) return std::string{};
    return Broken("evidence_unsigned", "the pack is not signed, and a signer was named");
  }
  if (signature == files.end()) return Broken("evidence_file_missing", "\"manifest.sig\" is not in the pack, and signer.pem is");
  if (signer == files.end()) return Broken("evidence_file_missing", "\"signer.pem\" is not in the pack, and manifest.sig is");
  auto pem = event::PublicPem(signer->second);
  if (!pem || *pem != signer->second) return Broken("evidence_file_changed", "signer.pem is not as tenure writes it");
  const std::string& text = signature->second;
  const auto bytes = text.ends_with('\n') ? event::FromBase64(std::string_view(text).substr(0, text.size() - 1)) : std::nullopt;
  auto holds = bytes ? event::VerifyEd25519(*pem, files.at(kManifestFile), *bytes) : Result<bool>(false);
  if (!holds || !*holds)
    return Broken("evidence_signature_wrong", "manifest.sig is not signer.pem's signature over manifest.json");
  if (!wanted.empty() && wanted != *pem)
    return Broken("evidence_signer_other", "the pack is signed, by another key than the one that was named");
  return pem;
}

Result<EvidenceSummary> CheckFold(const PackFiles& files, const EvidenceCheckOptions& options) {
  auto content = ReadContent(files);
  if (!content) return tl::unexpected<Error>(content.error());
  EvidenceSummary summary;
  summary.arguments = content->question.arguments;
  summary.moment = content->question.moment;
  summary.token = content->question.token;
  summary.records = static_cast<std::int64_t>(content->known.records.size());
  const std::string& version = files.at(kVersionFile);
  if (version.empty() || version.back() != '\n') return Broken("evidence_file_changed", "version.txt is not a line");
  summary.made_by = version.substr(0, version.size() - 1);
  summary.report_compared = summary.made_by == options.made_by;
  if (summary.report_compared)
    if (auto s = CheckOfThisVersion(files, options.made_by, *content); !s) return tl::unexpected<Error>(s.error());

  auto scratch = Scratch::Make();
  if (!scratch) return tl::unexpected<Error>(scratch.error());
  const std::string digest = content->known.digest;
  auto record = Tenure::OpenKnown(std::move(content->known), scratch->Path(), content->question.moment, options.folding);
  if (!record) return tl::unexpected<Error>(record.error());
  summary.same_fold = (*record)->DigestLabel() == digest;
  if (!summary.same_fold && summary.report_compared)
    return Broken("evidence_answer_differs", "fold.json names another fold than that of the version that made the pack");
  auto anew = AnswerFiles(**record, content->question, options.ask);
  if (!anew) return tl::unexpected<Error>(anew.error());
  for (const ZippedFile& file : *anew) {
    const bool answer = file.name == kAnswerFile;
    const std::string& kept = files.at(file.name);
    const Status same =
        answer ? Same(file.name, WithoutBehind(kept), WithoutBehind(file.bytes)) : Same(file.name, kept, file.bytes);
    if (!same) return tl::unexpected<Error>(same.error());
  }
  return summary;
}

}  // namespace tenure::library
