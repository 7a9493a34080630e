#include "tenure/evidence.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/evidence_words.h"
#include "cli/fixed_record.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "event/json_writer.h"
#include "library/json_parts.h"
#include "library/policy_file.h"

namespace tenure::cli {
namespace {

constexpr const char* kVersion = "tenure " TENURE_VERSION;

struct EvidenceCommand {
  std::vector<std::string> words;
  std::string out, key_file;
  std::string pack, signer_file;
  bool json = false;
};

Result<std::string> ReadPem(const std::string& path) {
  if (path.empty()) return std::string{};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return Fail("evidence_key_not_readable", "\"" + path + "\" can't be read, or is empty",
                "name a file with an Ed25519 key as PEM", Blame::kCaller);
  return text.str();
}

// The line that the question prints with --json, asked as if it stood on the command line by itself.
Result<std::string> AskInWords(std::unique_ptr<Tenure> tenure, const EvidenceQuestion& question) {
  if (auto s = CheckQuestionWords(question.arguments); !s) return tl::unexpected<Error>(s.error());
  std::string printed;
  Invocation asking;
  asking.now = question.moment;
  asking.terminal.KeepIn(printed);
  asking.reach = [&]() -> Result<std::unique_ptr<library::Record>> {
    if (!tenure) return Fail("internal", "a question asks twice", "please report this", Blame::kFault);
    return std::make_unique<FixedRecord>(std::move(tenure), question);
  };
  CLI::App app(kAbout, "tenure");
  DeclareCommandLine(app, asking);
  std::vector<std::string> backwards(question.arguments.rbegin(), question.arguments.rend());
  if (std::find(backwards.begin(), backwards.end(), "--json") == backwards.end()) backwards.insert(backwards.begin(), "--json");
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::Error& error) {
    return Fail("usage", error.what(), "the question must be one that tenure answers by itself", Blame::kCaller);
  }
  if (auto s = CheckArguments(app); !s) return tl::unexpected<Error>(s.error());
  auto ended = asking.run();
  if (!ended) return tl::unexpected<Error>(ended.error());
  asking.terminal.Flush();
  if (printed.empty() || printed.find('\n') != printed.size() - 1)
    return Fail("evidence_question", "the question has no answer of one line of JSON", "ask another one", Blame::kCaller);
  printed.pop_back();
  return printed;
}

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
  if (!summary.same_fold)
    invocation.terminal.Line("Another version made it, which folds otherwise; the answer is the same all the same.");
}

Result<Exit> RunMake(Invocation& invocation, const EvidenceCommand& command) {
  if (command.out.empty()) return Fail("usage", "no file was named", "-o FILE says where the pack goes", Blame::kCaller);
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
  options.made_by = kVersion;
  options.ask = AskInWords;
  options.folding = [&](std::int64_t done, std::int64_t to_do) { folding(done, to_do); };
  auto record = invocation.OpenToRead();
  if (!record) return tl::unexpected<Error>(record.error());
  auto made = MakeEvidence(**record, options);
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
  options.made_by = kVersion;
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
