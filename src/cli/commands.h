#pragma once
// Every subcommand, by the file that holds it. Contract: invocation.h.

namespace CLI {
class App;
}

namespace tenure::cli {

struct Invocation;

void AddIdentities(CLI::App& app, Invocation& invocation);  // identities.cc: identities, show
void AddShow(CLI::App& app, Invocation& invocation);
void AddWhat(CLI::App& app, Invocation& invocation);      // what.cc
void AddWho(CLI::App& app, Invocation& invocation);       // who.cc
void AddCheck(CLI::App& app, Invocation& invocation);     // check.cc
void AddFindings(CLI::App& app, Invocation& invocation);  // findings.cc
void AddWhyHeld(CLI::App& app, Invocation& invocation);   // governance.cc: why-held, controls
void AddControls(CLI::App& app, Invocation& invocation);
void AddReview(CLI::App& app, Invocation& invocation);       // review.cc
void AddBlastRadius(CLI::App& app, Invocation& invocation);  // blast_radius.cc
void AddReplay(CLI::App& app, Invocation& invocation);       // replay.cc
void AddIncident(CLI::App& app, Invocation& invocation);     // incident.cc
void AddTimeline(CLI::App& app, Invocation& invocation);     // story.cc: timeline, diff
void AddDiff(CLI::App& app, Invocation& invocation);
void AddEvents(CLI::App& app, Invocation& invocation);       // events.cc
void AddDeadLetters(CLI::App& app, Invocation& invocation);  // dead_letters.cc
void AddStatus(CLI::App& app, Invocation& invocation);       // state.cc: status, verify, rebuild
void AddVerify(CLI::App& app, Invocation& invocation);
void AddRebuild(CLI::App& app, Invocation& invocation);
void AddAppend(CLI::App& app, Invocation& invocation);  // append.cc
void AddImport(CLI::App& app, Invocation& invocation);  // import.cc
void AddRun(CLI::App& app, Invocation& invocation);     // run.cc: run, topics
void AddTopics(CLI::App& app, Invocation& invocation);
void AddMirror(CLI::App& app, Invocation& invocation);  // mirror.cc
void AddBackup(CLI::App& app, Invocation& invocation);  // backup.cc: backup, restore
void AddRestore(CLI::App& app, Invocation& invocation);
void AddServe(CLI::App& app, Invocation& invocation);     // serve.cc
void AddToken(CLI::App& app, Invocation& invocation);     // token.cc
void AddAudit(CLI::App& app, Invocation& invocation);     // audit.cc
void AddEvidence(CLI::App& app, Invocation& invocation);  // evidence.cc
void AddGenerate(CLI::App& app, Invocation& invocation);  // generate.cc
void AddVersion(CLI::App& app, Invocation& invocation);   // about.cc: version, schema
void AddSchema(CLI::App& app, Invocation& invocation);
void AddCompletion(CLI::App& app, Invocation& invocation);  // completion.cc

}  // namespace tenure::cli
