// Who is let in, who isn't and why, and how soon a change of the files is seen.
#include "http/identify.h"

#include <gtest/gtest.h>

#include "unit/http/scratch_directory.h"

namespace tenure::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Moment = Doorkeeper::Moment;

constexpr EffectiveTime kNow{1'700'000'000'000'000};
const Moment kBegin = Moment{} + seconds(1000);

Rights Asks(std::int64_t rate = 0) {
  Rights rights;
  rights.scopes = {Scope::kAsk};
  rights.rate_per_second = rate;
  return rights;
}

class IdentifyTest : public testing::Test {
 protected:
  std::unique_ptr<Doorkeeper> Door(const std::string& map = "") {
    DoorOptions options;
    options.tokens_path = TokensPath(dir_.Path());
    options.client_map_path = map;
    options.now = [this] { return now_; };
    options.clock = [this] { return at_; };
    options.say = [this](const Error& error) { said_.push_back(error.code); };
    auto door = Doorkeeper::Open(options);
    EXPECT_TRUE(door) << door.error().ToString();
    return std::move(*door);
  }

  NewToken Token(const std::string& name = "t", Rights rights = Asks(), EffectiveTime expires = kForever) {
    auto made = CreateToken(dir_.Path(), name, std::move(rights), kNow, expires);
    EXPECT_TRUE(made) << made.error().ToString();
    return *made;
  }

  // Each look is a second after the one before, so that the files are looked at again.
  tl::expected<Caller, Refusal> Ask(Doorkeeper& door, const std::string& token, const std::string& network = "127.0.0.1") {
    Request request;
    request.peer = {network, network, true, certificate_};
    if (!token.empty()) request.fields.push_back({"Authorization", "Bearer " + token});
    at_ += step_;
    return door.Admit(request);
  }
  std::string CodeOf(const tl::expected<Caller, Refusal>& asked) { return asked ? "" : asked.error().error.code; }

  ScratchDirectory dir_, maps_;
  EffectiveTime now_ = kNow;
  Moment at_ = kBegin;
  milliseconds step_ = seconds(1);
  std::string certificate_;
  std::vector<std::string> said_;
};

TEST_F(IdentifyTest, WithoutTokensWhoeverIsOnThisMachineMayDoEverything) {
  const auto door = Door();
  EXPECT_FALSE(door->Closed());
  const auto asked = Ask(*door, "");
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->everything);
  EXPECT_EQ(asked->name, "");
  Request far;
  far.peer = {"203.0.113.7", "203.0.113.7", false, {}};
  EXPECT_EQ(CodeOf(door->Admit(far)), "not_authenticated");
}

TEST_F(IdentifyTest, ATokenSaysWhoAndWhat) {
  const NewToken token = Token("ui");
  const auto door = Door();
  EXPECT_TRUE(door->Closed());
  const auto asked = Ask(*door, token.text);
  ASSERT_TRUE(asked) << asked.error().error.ToString();
  EXPECT_EQ(asked->name, "ui");
  EXPECT_EQ(asked->credential, "token " + token.token.id);
  EXPECT_FALSE(asked->everything);
  EXPECT_TRUE(asked->May(Scope::kAsk));
  EXPECT_FALSE(asked->May(Scope::kOperate));
}

TEST_F(IdentifyTest, TheFirstTokenEndsAccessWithoutAndItNeverComesBack) {
  const auto door = Door();
  EXPECT_TRUE(Ask(*door, ""));
  Token();
  EXPECT_EQ(CodeOf(Ask(*door, "")), "not_authenticated");
  std::filesystem::remove(dir_ / "tokens.json");
  EXPECT_EQ(CodeOf(Ask(*door, "")), "not_authenticated");
  EXPECT_TRUE(door->Closed());
}

TEST_F(IdentifyTest, AWrongTokenIsUnknownWhateverIsWrongWithIt) {
  const NewToken token = Token();
  const auto door = Door();
  std::string secret = token.text, id = token.text;
  secret.back() = secret.back() == '0' ? '1' : '0';
  id[7] = id[7] == '0' ? '1' : '0';
  for (const std::string& wrong : {secret, id, std::string("tenure"), token.text + "x", std::string("x")})
    EXPECT_EQ(CodeOf(Ask(*door, wrong, wrong)), "credential_unknown") << wrong;
  Request basic;
  basic.fields.push_back({"authorization", "Basic dTpw"});
  EXPECT_EQ(CodeOf(door->Admit(basic)), "credential_unknown");
  Request lower;
  lower.fields.push_back({"authorization", "bearer  " + token.text});
  EXPECT_EQ(CodeOf(door->Admit(lower)), "");
}

TEST_F(IdentifyTest, ARevokedTokenIsToldSoWithoutARestart) {
  const NewToken token = Token();
  const auto door = Door();
  const auto asked = Ask(*door, token.text);
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->still(Scope::kAsk));
  ASSERT_TRUE(RevokeTokens(dir_.Path(), token.token.id, kNow));
  const auto refused = Ask(*door, token.text);
  EXPECT_EQ(CodeOf(refused), "credential_revoked");
  EXPECT_NE(refused.error().error.reason.find("\"t\""), std::string::npos);
  EXPECT_EQ(refused.error().error.ToString().find(token.text.substr(20)), std::string::npos) << "no secret in an error";
  EXPECT_FALSE(asked->still(Scope::kAsk));
}

TEST_F(IdentifyTest, AnExpiredTokenIsToldSoWhenItsTimeComes) {
  const NewToken token = Token("t", Asks(), EffectiveTime{kNow.us + 10});
  const auto door = Door();
  EXPECT_TRUE(Ask(*door, token.text));
  now_.us += 10;
  EXPECT_EQ(CodeOf(Ask(*door, token.text)), "credential_expired");
}

TEST_F(IdentifyTest, WhoDoesNotKnowTheSecretIsNotToldOfRevocation) {
  const NewToken token = Token();
  ASSERT_TRUE(RevokeTokens(dir_.Path(), token.token.id, kNow));
  std::string wrong = token.text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(CodeOf(Ask(*Door(), wrong)), "credential_unknown");
}

TEST_F(IdentifyTest, AFileThatCannotBeReadLetsNobodyInUntilItIsMended) {
  const NewToken token = Token();
  const auto door = Door();
  const std::string good = dir_.Get("tokens.json");
  for (const std::string& bad : {std::string("{"), good.substr(0, good.size() / 2), std::string()}) {
    dir_.Put("tokens.json", bad);
    EXPECT_EQ(CodeOf(Ask(*door, token.text)), "credentials_not_readable");
    EXPECT_EQ(CodeOf(Ask(*door, "")), "credentials_not_readable");
  }
  EXPECT_EQ(said_, std::vector<std::string>(3, "tokens_corrupt")) << "each time it changed, once";
  dir_.Put("tokens.json", good);
  EXPECT_EQ(CodeOf(Ask(*door, token.text)), "");
  std::filesystem::permissions(dir_ / "tokens.json", std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  EXPECT_EQ(CodeOf(Ask(*door, token.text)), "credentials_not_readable");
  EXPECT_EQ(said_.back(), "file_not_trusted");
}

TEST_F(IdentifyTest, AServiceDoesNotBeginWithFilesItCannotRead) {
  DoorOptions options;
  options.tokens_path = TokensPath(dir_.Path());
  options.now = [] { return kNow; };
  options.client_map_path = maps_ / "clients.json";
  EXPECT_EQ(Doorkeeper::Open(options).error().code, "file_not_readable") << "the map that was named is not there";
  maps_.Put("clients.json", "{}");
  EXPECT_EQ(Doorkeeper::Open(options).error().code, "client_map_format_unknown");
  options.client_map_path.clear();
  dir_.Put("tokens.json", "{}");
  EXPECT_EQ(Doorkeeper::Open(options).error().code, "tokens_corrupt");
}

TEST_F(IdentifyTest, ACertificateIsWhoTheMapSays) {
  maps_.Put("clients.json", R"({"format":1,"clients":{"spiffe://a/b":{"name":"b","scopes":["events"]}}})");
  const auto door = Door(maps_ / "clients.json");
  EXPECT_TRUE(door->Closed());
  EXPECT_EQ(CodeOf(Ask(*door, "")), "not_authenticated");
  certificate_ = "spiffe://a/b";
  const auto asked = Ask(*door, "");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->name, "b");
  EXPECT_EQ(asked->credential, "certificate spiffe://a/b");
  EXPECT_TRUE(asked->still(Scope::kEvents));
  EXPECT_FALSE(asked->still(Scope::kAsk));
  certificate_ = "spiffe://a/c";
  EXPECT_EQ(CodeOf(Ask(*door, "")), "credential_unknown");
  certificate_ = "spiffe://a/b";
  maps_.Put("clients.json", R"({"format":1,"clients":{}})");
  EXPECT_EQ(CodeOf(Ask(*door, "")), "credential_unknown") << "taken out of the map";
  EXPECT_FALSE(asked->still(Scope::kEvents));
}

TEST_F(IdentifyTest, ATokenIsLookedAtBeforeTheCertificate) {
  maps_.Put("clients.json", R"({"format":1,"clients":{"CN=b":{"name":"b","scopes":["ask"]}}})");
  const NewToken token = Token("t");
  const auto door = Door(maps_ / "clients.json");
  certificate_ = "CN=b";
  EXPECT_EQ(Ask(*door, token.text)->name, "t");
  EXPECT_EQ(CodeOf(Ask(*door, "wrong")), "credential_unknown") << "a wrong token isn't passed over";
}

TEST_F(IdentifyTest, ACertificateMeansNobodyWithoutAMap) {
  Token();
  const auto door = Door();
  certificate_ = "CN=b";
  EXPECT_EQ(CodeOf(Ask(*door, "")), "not_authenticated");
}

TEST_F(IdentifyTest, ATokensRateIsItsOwn) {
  const NewToken slow = Token("slow", Asks(2)), other = Token("other", Asks(2)), free = Token("free");
  const auto door = Door();
  step_ = milliseconds(0);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(CodeOf(Ask(*door, slow.text)), "") << "twice the rate at once: " << i;
  const auto refused = Ask(*door, slow.text);
  EXPECT_EQ(CodeOf(refused), "too_many_requests");
  EXPECT_EQ(refused.error().retry_after_s, 1);
  EXPECT_EQ(CodeOf(Ask(*door, other.text)), "");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(CodeOf(Ask(*door, free.text)), "");
  at_ += milliseconds(501);
  EXPECT_EQ(CodeOf(Ask(*door, slow.text)), "");
}

TEST_F(IdentifyTest, GuessingIsSlowAndLocksNobodyElseOut) {
  const NewToken here = Token("here"), new_here = Token("new");
  const auto door = Door();
  step_ = milliseconds(0);
  EXPECT_EQ(CodeOf(Ask(*door, here.text, "198.51.100.1")), "");
  std::string wrong = new_here.text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (int i = 0; i < 10; ++i) EXPECT_EQ(CodeOf(Ask(*door, wrong, "198.51.100.1")), "credential_unknown") << i;
  const auto refused = Ask(*door, wrong, "198.51.100.1");
  EXPECT_EQ(CodeOf(refused), "too_many_requests");
  EXPECT_EQ(refused.error().retry_after_s, 6);
  EXPECT_EQ(CodeOf(Ask(*door, new_here.text, "198.51.100.1")), "too_many_requests")
      << "the next guess isn't looked at, right or wrong";
  EXPECT_EQ(CodeOf(Ask(*door, here.text, "198.51.100.1")), "") << "who was here before goes on";
  EXPECT_EQ(CodeOf(Ask(*door, new_here.text, "198.51.100.2")), "") << "other addresses have their own count";
  at_ += milliseconds(6001);
  EXPECT_EQ(CodeOf(Ask(*door, wrong, "198.51.100.1")), "credential_unknown");
  EXPECT_EQ(CodeOf(Ask(*door, wrong, "198.51.100.1")), "too_many_requests");
}

}  // namespace
}  // namespace tenure::http
