#pragma once
// The files of an evidence pack, one by one: their names, their bytes, and back (docs/formats/evidence-pack.md).
//
// Each has one way of writing: what is read and written again must be the same bytes, or it is refused.
// Errors (kInput): evidence_file_changed, naming the file; (kFault) evidence_format_unknown. Pure functions.
#include <string>
#include <string_view>
#include <vector>

#include "library/zip_file.h"
#include "tenure/evidence.h"

namespace tenure::library {

inline constexpr int kEvidenceFormat = 1;

inline constexpr const char* kQuestionFile = "question.json";
inline constexpr const char* kAnswerFile = "answer.json";
inline constexpr const char* kEventsFile = "events.ndjson";
inline constexpr const char* kFoldFile = "fold.json";
inline constexpr const char* kTaintsFile = "taints.json";
inline constexpr const char* kFindingsFile = "findings.json";
inline constexpr const char* kVersionFile = "version.txt";
inline constexpr const char* kReportFile = "report.html";
inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kSignatureFile = "manifest.sig";
inline constexpr const char* kSignerFile = "signer.pem";
inline constexpr const char* kSchemaFolder = "schemas/";

std::string WriteQuestion(const EvidenceQuestion& question);
Result<EvidenceQuestion> ReadQuestion(std::string_view text);

// All of a known record but its token, which the question has, and its records.
std::string WriteFold(const KnownRecord& known);
Result<KnownRecord> ReadFold(std::string_view text);

std::string WriteEvents(const std::vector<KeptRecord>& records);
Result<std::vector<KeptRecord>> ReadEvents(std::string_view text);

std::vector<ZippedFile> SchemaFiles();

// Of every file but itself, its signature and the signer.
std::string WriteManifest(const std::vector<ZippedFile>& files);
struct ManifestEntry {
  std::string file, sha256;
  std::int64_t bytes = 0;
};
Result<std::vector<ManifestEntry>> ReadManifest(std::string_view text);

}  // namespace tenure::library
