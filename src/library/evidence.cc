#include "tenure/evidence.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "event/codec.h"
#include "event/json_reader.h"
#include "event/running_hash.h"
#include "event/signature.h"
#include "library/evidence_check.h"
#include "library/evidence_content.h"
#include "library/evidence_files.h"
#include "library/evidence_report.h"
#include "library/zip_file.h"

namespace tenure {
namespace {

using library::PackFiles;
using library::ZippedFile;

Result<EvidenceQuestion> Settle(Tenure& record, const EvidenceOptions& options) {
  EvidenceQuestion question = options.question;
  question.token.clear();
  auto policy = record.PolicyInForce(question.policy);
  if (!policy) return tl::unexpected<Error>(policy.error());
  auto json = event::JsonValue::Parse(*policy);
  if (!json) return tl::unexpected<Error>(json.error());
  question.policy = json->Dump();
  auto first = options.ask(record.Reader(), question);
  if (!first) return tl::unexpected<Error>(first.error());
  question.token = library::PositionOf(*first);
  return question;
}

Result<std::vector<ZippedFile>> Gather(Tenure& record, const EvidenceOptions& options, EvidenceQuestion question) {
  auto known = record.Known(question.token);
  if (!known) return tl::unexpected<Error>(known.error());
  auto files = library::AnswerFiles(record, question, options.ask);
  if (!files) return tl::unexpected<Error>(files.error());
  auto report = library::EvidenceReport(question, files->front().bytes, *known, options.made_by);
  if (!report) return tl::unexpected<Error>(report.error());
  files->push_back({library::kQuestionFile, library::WriteQuestion(question)});
  files->push_back({library::kFoldFile, library::WriteFold(*known)});
  files->push_back({library::kEventsFile, library::WriteEvents(known->records)});
  files->push_back({library::kReportFile, std::move(*report)});
  files->push_back({library::kVersionFile, options.made_by + "\n"});
  for (ZippedFile& schema : library::SchemaFiles()) files->push_back(std::move(schema));
  std::size_t bytes = 0;
  for (const ZippedFile& file : *files) bytes += file.bytes.size();
  if (bytes > kEvidenceBytesMax - (std::size_t{1} << 20))  // the manifest comes on top
    return Fail("evidence_too_large", "the pack would have more than 1 GiB", "ask as known at an earlier time", Blame::kCaller);
  files->push_back({library::kManifestFile, library::WriteManifest(*files)});
  return files;
}

Status Sign(const std::string& key_pem, std::vector<ZippedFile>& files) {
  auto signature = event::SignEd25519(key_pem, files.back().bytes);
  auto signer = event::PublicPemOfPrivate(key_pem);
  if (!signature || !signer) {
    const Error& error = signature ? signer.error() : signature.error();
    return Fail("evidence_key_malformed", error.reason, error.hint, Blame::kCaller);
  }
  files.push_back({library::kSignatureFile, event::ToBase64(*signature) + "\n"});
  files.push_back({library::kSignerFile, std::move(*signer)});
  return {};
}

tl::unexpected<Error> Exists(const std::string& path) {
  return Fail("evidence_exists", "\"" + path + "\" is there already", "name a file that isn't", Blame::kCaller);
}

}  // namespace

Result<EvidenceSummary> MakeEvidence(Tenure& record, const EvidenceOptions& options) {
  std::error_code ec;
  if (std::filesystem::exists(std::filesystem::symlink_status(options.to, ec))) return Exists(options.to);
  auto question = Settle(record, options);
  if (!question) return tl::unexpected<Error>(question.error());
  auto files = Gather(record, options, std::move(*question));
  if (!files) return tl::unexpected<Error>(files.error());
  if (!options.key_pem.empty())
    if (auto s = Sign(options.key_pem, *files); !s) return tl::unexpected<Error>(s.error());
  const std::string unfinished = options.to + ".unfinished";
  std::filesystem::remove(unfinished, ec);
  if (auto s = library::WriteZip(unfinished, *files, options.question.moment); !s) return tl::unexpected<Error>(s.error());
  auto checked = CheckEvidence({unfinished, {}, options.made_by, options.ask, options.folding});
  if (checked) std::filesystem::rename(unfinished, options.to, ec);
  if (checked && !ec) return checked;
  const std::string why = ec.message();
  std::filesystem::remove(unfinished, ec);
  if (!checked) return checked;
  return Fail("evidence_io", "can't write " + options.to + ": " + why, "check the disk and the path", Blame::kFault);
}

Result<EvidenceSummary> CheckEvidence(const EvidenceCheckOptions& options) {
  auto zipped = library::ReadZip(options.file);
  if (!zipped) return tl::unexpected<Error>(zipped.error());
  PackFiles files;
  std::int64_t bytes = 0;
  for (ZippedFile& file : *zipped) {
    bytes += static_cast<std::int64_t>(file.bytes.size());
    files[file.name] = std::move(file.bytes);
  }
  zipped->clear();
  if (auto s = library::CheckManifest(files); !s) return tl::unexpected<Error>(s.error());
  auto signer = library::CheckSignature(files, options.signer_pem);
  if (!signer) return tl::unexpected<Error>(signer.error());
  auto summary = library::CheckFold(files, options);
  if (!summary) return summary;
  summary->files = static_cast<std::int64_t>(files.size());
  summary->bytes = bytes;
  summary->manifest_sha256 = event::HexOf(event::Sha256(files.at(library::kManifestFile)));
  summary->signer_pem = std::move(*signer);
  return summary;
}

}  // namespace tenure
