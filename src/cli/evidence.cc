#include "tenure/evidence.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "cli/asking_in_words.h"
#include "cli/commands.h"
#include "cli/evidence_words.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "event/json_writer.h"
#include "library/json_parts.h"
#include "library/policy_file.h"
#include "wire/served_evidence.h"

namespace tenure::cli {
namespace {

struct EvidenceCommand {
  std::vector<std::string> words;
  std::string out, key_file;
  std::string pack, signer_file;
  bool json = false;
};

void PrintSummary(Invocation& invocation, const EvidenceSummary& summary) {
  const auto line = [&](const std::string& name, const std::string& value) {
    invocation.terminal.Line(Pad("  " + name, 12) + value);
  };
  std::string asked;
  for (const std::string& word : summary.arguments) asked += (asked.empty() ? "" : " ") + word;
  line("question", Escape(asked));
  line("asked at", At(summary.moment.us));
  line("made by", Escape(summary.made_by));
  line("holds", Count(summary.files, "file", "files") + ", " + Count(summary.records, "record", "records") + ", " +
                    WithCommas(summary.bytes) + " bytes");
  line("manifest", "SHA-256 " + summary.manifest_sha256);
  if (summary.signer_pem.empty()) {
    line("signature", "none: a consistent forgery, all of it made anew, would not be seen.");
    line("", "Compare the manifest's SHA-256 with the one that the maker tells you.");
  } else {
    line("signature", "holds, by the key");
    std::istringstream pem(summary.signer_pem);
    for (std::string part; std::getline(pem, part);) line("", part);
  }
}

std::string Json(const EvidenceSummary& summary) {
  event::JsonWriter w;
  w.BeginObject();
  library::Member(w, "arguments", summary.arguments);
  library::MemberTime(w, "moment", summary.moment.us);
  library::Member(w, "position", summary.token);
  library::Member(w, "made_by", summary.made_by);
  library::Member(w, "files", summary.files);
  library::Member(w, "bytes", summary.bytes);
  library::Member(w, "records", summary.records);
  library::Member(w, "manifest_sha256", summary.manifest_sha256);
  library::MemberBool(w, "signed", !summary.signer_pem.empty());
  library::MemberOrNull(w, "signer", summary.signer_pem);
  library::MemberBool(w, "same_fold", summary.same_fold);
  library::MemberBool(w, "report_compared", summary.report_compared);
  w.EndObject();
  return w.Take();
}

void Tell(Invocation& invocation, const EvidenceCommand& command, const std::string& heading, const EvidenceSummary& summary) {
  if (command.json) {
    invocation.terminal.Line(Json(summary));
    return;
  }
  invocation.terminal.Line(heading);
  PrintSummary(invocation, summary);
  if (!summary.report_compared)
    invocation.terminal.Line(
        "NOT compared: report.html and the schemas, which another version wrote. What they say is proved by nothing;\n"
        "ask the question of the pack's events instead, or check it with " +
        Escape(summary.made_by) + ".");
  if (!summary.same_fold)
    invocation.terminal.Line("Another version made it, which folds otherwise; the answer is the same all the same.");
}

// The service made it; that it holds, and answers what was asked, is for this program to see.
Result<EvidenceSummary> Fetch(const Invocation& invocation, const EvidenceOptions& options) {
  std::error_code ec;
  if (std::filesystem::exists(std::filesystem::symlink_status(options.to, ec)))
    return Fail("evidence_exists", "\"" + options.to + "\" is there already", "name a file that isn't", Blame::kCaller);
  auto pack = wire::FetchEvidence(*invocation.served, options.question);
  if (!pack) return tl::unexpected<Error>(pack.error());
  const std::string unfinished = options.to + ".unfinished";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file.write(pack->data(), static_cast<std::streamsize>(pack->size()));
  file.close();
  auto checked = file ? CheckEvidence({unfinished, {}, options.made_by, options.ask, options.folding})
                      : Fail("evidence_io", "can't write " + options.to, "check the disk and the path", Blame::kFault);
  if (checked && checked->arguments != options.question.arguments)
    checked = Fail("server_answer_malformed", "the pack that the server made answers another question", "ask whoever runs it",
                   Blame::kFault);
  if (checked) std::filesystem::rename(unfinished, options.to, ec);
  if (checked && ec)
    checked =
        Fail("evidence_io", "can't write " + options.to + ": " + ec.message(), "check the disk and the path", Blame::kFault);
  if (!checked) std::filesystem::remove(unfinished, ec);
  return checked;
}

Result<EvidenceSummary> MakeBesideRecord(const Invocation& invocation, const EvidenceOptions& options) {
  auto record = invocation.OpenToRead();
  if (!record) return tl::unexpected<Error>(record.error());
  return MakeEvidence(**record, options);
}

Result<Exit> RunMake(Invocation& invocation, const EvidenceCommand& command) {
  if (command.out.empty()) return Fail("usage", "no file was named", "-o FILE says where the pack goes", Blame::kCaller);
  if (invocation.served && !command.key_file.empty())
    return Fail("server_not_supported", "the server makes the pack, and signs it with a key of its own", "leave --key out",
                Blame::kCaller);
  EvidenceOptions options;
  options.question.arguments = command.words;
  options.question.moment = invocation.now;
  auto policy = library::ReadPolicyFile(TakePolicyFile(options.question.arguments));
  if (!policy) return tl::unexpected<Error>(policy.error());
  options.question.policy = std::move(*policy);
  if (auto s = CheckQuestionWords(options.question.arguments); !s) return tl::unexpected<Error>(s.error());
  auto key = ReadPem(command.key_file);
  if (!key) return tl::unexpected<Error>(key.error());
  ProgressLine folding("folding", "records");
  options.to = command.out;
  options.key_pem = std::move(*key);
  options.made_by = kMadeBy;
  options.ask = AskInWords;
  options.folding = [&](std::int64_t done, std::int64_t to_do) { folding(done, to_do); };
  auto made = invocation.served ? Fetch(invocation, options) : MakeBesideRecord(invocation, options);
  folding.Finish();
  if (!made) return tl::unexpected<Error>(made.error());
  Tell(invocation, command, "wrote and checked " + Escape(command.out), *made);
  return Exit::kOk;
}

// A pack whose question can't be asked was made by somebody else: that is the pack's fault and not the caller's.
Error OfThePack(Error error) {
  const bool own = error.code == "evidence_not_found" || error.code == "evidence_key_malformed";
  if (error.blame == Blame::kCaller && !own) error.blame = Blame::kInput;
  return error;
}

Result<Exit> RunCheck(Invocation& invocation, const EvidenceCommand& command) {
  auto signer = ReadPem(command.signer_file);
  if (!signer) return tl::unexpected<Error>(signer.error());
  ProgressLine folding("folding", "records");
  EvidenceCheckOptions options;
  options.file = command.pack;
  options.signer_pem = std::move(*signer);
  options.made_by = kMadeBy;
  options.ask = AskInWords;
  options.folding = [&](std::int64_t done, std::int64_t to_do) { folding(done, to_do); };
  auto checked = CheckEvidence(options);
  folding.Finish();
  if (!checked) return tl::unexpected<Error>(OfThePack(checked.error()));
  Tell(invocation, command, "the pack holds: every file is as its manifest says, and its events give its answer", *checked);
  return Exit::kOk;
}

}  // namespace

void AddEvidence(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("evidence", "A question, its answer and every event behind it in one file, which checks by itself");
  auto command = std::make_shared<EvidenceCommand>();
  sub->add_option("QUESTION", command->words, "The command line of a question, best after --");
  sub->add_option("-o,--out", command->out, "The file; it must not be there yet")->type_name("FILE");
  sub->add_option("--key", command->key_file, "Sign with this Ed25519 private key (PEM)")->type_name("FILE");
  sub->add_flag("--json", command->json, "What the pack is as one line of JSON");
  sub->footer(
      "Examples: the administrators of that moment, for somebody who doesn't have the record; and what they do with it\n"
      "  tenure evidence -o pack.zip -- who '*' '*' --as-of 2026-05-01T09:30:00Z\n"
      "  tenure evidence check pack.zip");
  auto* check = sub->add_subcommand("check", "Hold a pack against itself: manifest, signature, and the answer folded anew");
  check->add_option("PATH", command->pack, "The pack; nothing else is needed")->required();
  check->add_option("--signer", command->signer_file, "It must be signed by this Ed25519 public key (PEM)")->type_name("FILE");
  check->add_flag("--json", command->json, "What the pack is as one line of JSON");
  check->footer("Exit 0: it holds; 1: it doesn't, and where.\n\nExample\n  tenure evidence check pack.zip --signer auditor.pem");
  check->fallthrough();
  check->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunCheck(invocation, *command); }; });
  sub->callback([&invocation, command, check] {
    if (!check->parsed()) invocation.run = [&invocation, command] { return RunMake(invocation, *command); };
  });
}

}  // namespace tenure::cli
