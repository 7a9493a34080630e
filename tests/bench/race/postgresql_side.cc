// PostgreSQL's side of the race, through libpq; the server is found by PGHOST and PGUSER.
//
//   race_postgresql serve DATABASE QUESTION=FILE.sql…              see asking.h
//   race_postgresql ingest DATABASE FILE BATCH [MARKS KNOWLEDGE]   through apply(), a transaction a batch
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include "bench/race/asking.h"

namespace tenure::race {
namespace {

struct Closes {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Closes>;
using Rows = std::unique_ptr<PGresult, Closes>;
using Questions = std::vector<std::pair<std::string, std::string>>;  // name, SQL

constexpr Oid kText = 25, kTime = 1184, kTexts = 1009;

Rows Checked(PGconn* connection, PGresult* result) {
  Rows rows(result);
  const auto status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) End(PQerrorMessage(connection));
  return rows;
}

Connection Connected(const std::string& database) {
  Connection connection(PQconnectdb(("dbname=" + database).c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK) End(PQerrorMessage(connection.get()));
  for (const char* setting : {"SET timezone = 'UTC'", "SET client_min_messages = error"})
    Checked(connection.get(), PQexec(connection.get(), setting));
  return connection;
}

// "2023-11-14 22:13:20.5+00" as "2023-11-14T22:13:20.500000Z", nothing as "-".
std::string TextOf(std::string time) {
  if (time.empty()) return "-";
  time = time.substr(0, time.find('+'));
  time[10] = 'T';
  if (time.size() == 19) time += '.';
  time.resize(26, '0');
  return time + 'Z';
}

class PostgresqlAsker final : public Asker {
 public:
  PostgresqlAsker(const std::string& database, const Questions& questions) : connection_(Connected(database)) {
    Checked(connection_.get(), PQexec(connection_.get(), "SET plan_cache_mode = force_generic_plan"));
    const Oid types[] = {kText, kText, kText, kTime, kTexts, kTime};
    for (const auto& [name, sql] : questions)
      Checked(connection_.get(), PQprepare(connection_.get(), name.c_str(), sql.c_str(), 6, types));
  }

  std::int64_t Ask(const std::string& question, const Probe& probe) override { return PQntuples(RowsOf(question, probe).get()); }

  std::string Answer(const std::string& question, const Probe& probe) override {
    const Rows rows = RowsOf(question, probe);
    const auto field = [&](int row, int column) { return std::string(PQgetvalue(rows.get(), row, column)); };
    if (question == "check" || question == "known") return field(0, 0);
    std::vector<std::string> parts;
    const int count = PQntuples(rows.get());
    if (question == "existed") parts.push_back(count > 0 ? field(0, 0) : "0");
    for (int row = 0; row < count; ++row) {
      if (question == "existed") parts.push_back(field(row, 1));
      if (question == "who") parts.push_back(field(row, 0));
      if (question == "what")
        parts.push_back(field(row, 0) + ' ' + field(row, 1) + ' ' + field(row, 2) + ' ' + field(row, 3) + ' ' +
                        TextOf(field(row, 4)) + ' ' + TextOf(field(row, 5)));
    }
    if (question == "what") std::sort(parts.begin(), parts.end());
    return Joined(parts);
  }

 private:
  Rows RowsOf(const std::string& question, const Probe& probe) {
    const char* values[] = {probe.subject.c_str(),  probe.action.c_str(),
                            probe.resource.c_str(), probe.time.c_str(),
                            probe.scopes.c_str(),   probe.known_at.empty() ? nullptr : probe.known_at.c_str()};
    return Checked(connection_.get(), PQexecPrepared(connection_.get(), question.c_str(), 6, values, nullptr, nullptr, 0));
  }

  Connection connection_;
};

class PostgresqlSide final : public Side {
 public:
  PostgresqlSide(std::string database, Questions questions) : database_(std::move(database)), questions_(std::move(questions)) {}
  std::unique_ptr<Asker> NewAsker() override { return std::make_unique<PostgresqlAsker>(database_, questions_); }

 private:
  std::string database_;
  Questions questions_;
};

class PostgresqlAppender final : public Appender {
 public:
  explicit PostgresqlAppender(const std::string& database) : connection_(Connected(database)) {
    const Oid types[] = {kText};
    Checked(connection_.get(), PQprepare(connection_.get(), "apply", "SELECT * FROM apply($1)", 1, types));
  }

  std::int64_t Append(const std::string& lines) override {
    const char* values[] = {lines.c_str()};
    const Rows rows = Checked(connection_.get(), PQexecPrepared(connection_.get(), "apply", 1, values, nullptr, nullptr, 0));
    recorded_at_ = PQgetvalue(rows.get(), 0, 1);
    return std::stoll(PQgetvalue(rows.get(), 0, 0));
  }
  std::string RecordedTime() override { return recorded_at_; }

 private:
  Connection connection_;
  std::string recorded_at_;
};

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) End("can't read " + path);
  return text.str();
}

Questions QuestionsOf(const std::vector<std::string>& words) {
  Questions questions;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) End("QUESTION=FILE.sql, not " + word);
    questions.emplace_back(word.substr(0, equals), Contents(word.substr(equals + 1)));
  }
  return questions;
}

}  // namespace
}  // namespace tenure::race

int main(int argc, char** argv) {
  using namespace tenure::race;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() >= 3 && words[0] == "serve") {
    PostgresqlSide side(words[1], QuestionsOf({words.begin() + 2, words.end()}));
    Serve(side);
  } else if (words.size() >= 4 && words[0] == "ingest") {
    PostgresqlAppender appender(words[1]);
    const bool marks = words.size() == 6;
    Run({words[2], marks ? words[4] : "", marks ? words[5] : "", std::stoll(words[3])}, appender);
  } else {
    End("serve DATABASE QUESTION=FILE.sql... | ingest DATABASE FILE BATCH [MARKS KNOWLEDGE]");
  }
}
