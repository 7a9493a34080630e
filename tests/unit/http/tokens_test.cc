// Tokens and the file that keeps them.
#include "http/tokens.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "event/codec.h"
#include "unit/http/scratch_directory.h"

namespace tenure::http {
namespace {

constexpr EffectiveTime kNow{1'700'000'000'000'000};
constexpr EffectiveTime kLater{kNow.us + 1'000'000};

Rights Asks() {
  Rights rights;
  rights.scopes = {Scope::kAsk};
  return rights;
}

Rights Appends() {
  Rights rights;
  rights.planes = {Topic::kIdentity, Topic::kUsage};
  rights.sources = {"hr.example"};
  rights.rate_per_second = 7;
  return rights;
}

template <class T>
std::string CodeOf(const Result<T>& result) {
  return result ? "" : result.error().code;
}

NewToken Made(const ScratchDirectory& dir, const std::string& name = "", Rights rights = Asks(),
              EffectiveTime expires = kForever) {
  auto made = CreateToken(dir.Path(), name, std::move(rights), kNow, expires);
  EXPECT_TRUE(made) << made.error().ToString();
  return *made;
}

TEST(TokensTest, ATokenIsFoundByItsIdAndKnownByItsSecret) {
  const ScratchDirectory dir;
  const NewToken one = Made(dir), other = Made(dir);
  const auto shown = ReadShownToken(one.text);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->id, one.token.id);
  EXPECT_TRUE(IsSame(one.token, *shown));
  EXPECT_FALSE(IsSame(other.token, *shown));
  std::string wrong = one.text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_FALSE(IsSame(one.token, *ReadShownToken(wrong)));
}

TEST(TokensTest, WhatHasNotATokensFormIsNone) {
  const std::string good = "tenure_0123456789ab_" + std::string(64, 'f');
  ASSERT_TRUE(ReadShownToken(good));
  for (const std::string& text : {std::string(), good + "f", good.substr(1), "Tenure" + good.substr(6), good + " ",
                                  "tenure_0123456789aG_" + std::string(64, 'f'), "tenure_0123456789ab-" + std::string(64, 'f'),
                                  "tenure_0123456789ab_" + std::string(64, 'F')})
    EXPECT_FALSE(ReadShownToken(text)) << text;
}

TEST(TokensTest, TheFileHoldsHashesOnlyAndIsItsOwnersAlone) {
  const ScratchDirectory dir;
  const NewToken made = Made(dir, "hr", Appends());
  const std::string text = dir.Get("tokens.json");
  EXPECT_EQ(text.find(made.text.substr(made.text.rfind('_') + 1)), std::string::npos);
  EXPECT_NE(text.find("\"sha256\""), std::string::npos);
  struct stat there{};
  ASSERT_EQ(::stat((dir / "tokens.json").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0600U);
  EXPECT_FALSE(std::filesystem::exists(dir / "tokens.json.new"));
}

TEST(TokensTest, WhatIsWrittenIsReadAgain) {
  const ScratchDirectory dir;
  Made(dir, "hr", Appends(), kLater);
  Made(dir, "ui");
  const auto tokens = ListTokens(dir.Path());
  ASSERT_TRUE(tokens) << tokens.error().ToString();
  ASSERT_EQ(tokens->size(), 2U);
  const Token& hr = tokens->front();
  EXPECT_EQ(hr.name, "hr");
  EXPECT_EQ(hr.rights.planes, Appends().planes);
  EXPECT_EQ(hr.rights.sources, Appends().sources);
  EXPECT_EQ(hr.rights.rate_per_second, 7);
  EXPECT_EQ(hr.created, kNow);
  EXPECT_EQ(hr.expires, kLater);
  EXPECT_FALSE(hr.revoked);
  EXPECT_EQ(tokens->back().expires, kForever);
  EXPECT_EQ(WriteTokens(*tokens), dir.Get("tokens.json"));
}

TEST(TokensTest, SecretsAndIdsAreNeverTheSame) {
  const ScratchDirectory dir;
  std::set<std::string> ids, secrets;
  for (int i = 0; i < 50; ++i) {
    const NewToken made = Made(dir);
    ids.insert(made.token.id);
    secrets.insert(made.text.substr(made.text.rfind('_')));
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(secrets.size(), 50U);
}

TEST(TokensTest, TheOnlySourceIsTheNameUnlessOneIsGiven) {
  const ScratchDirectory dir;
  EXPECT_EQ(Made(dir, "", Appends()).token.name, "hr.example");
  EXPECT_EQ(Made(dir, "mine", Appends()).token.name, "mine");
  const NewToken nameless = Made(dir);
  EXPECT_EQ(nameless.token.name, "token-" + nameless.token.id);
}

TEST(TokensTest, WhatCannotBeATokenIsRefused) {
  const ScratchDirectory dir;
  const auto code = [&](const std::string& name, Rights rights, EffectiveTime expires = kForever) {
    return CodeOf(CreateToken(dir.Path(), name, std::move(rights), kNow, expires));
  };
  Rights plane_alone, source_alone;
  plane_alone.planes = {Topic::kAccess};
  source_alone.sources = {"hr"};
  source_alone.scopes = {Scope::kAsk};
  EXPECT_EQ(code("a", {}), "rights_malformed");
  EXPECT_EQ(code("a", plane_alone), "rights_malformed");
  EXPECT_EQ(code("a", source_alone), "rights_malformed");
  EXPECT_EQ(code("a", Asks(), kNow), "token_expires_past");
  EXPECT_EQ(code("a\nb", Asks()), "token_name_malformed");
  EXPECT_EQ(code(std::string(129, 'a'), Asks()), "token_name_malformed");
  EXPECT_EQ(code("0123456789ab", Asks()), "token_name_malformed") << "it could be an id";
  EXPECT_FALSE(std::filesystem::exists(dir / "tokens.json"));
}

TEST(TokensTest, ANameRevokesAllItsTokensAndAnIdOne) {
  const ScratchDirectory dir;
  const NewToken first = Made(dir, "hr", Appends()), second = Made(dir, "hr", Appends()), other = Made(dir, "ui");
  const auto by_id = RevokeTokens(dir.Path(), first.token.id, kLater);
  ASSERT_TRUE(by_id);
  ASSERT_EQ(by_id->size(), 1U);
  EXPECT_EQ(by_id->front().id, first.token.id);
  const auto by_name = RevokeTokens(dir.Path(), "hr", EffectiveTime{kLater.us + 1});
  ASSERT_TRUE(by_name);
  ASSERT_EQ(by_name->size(), 1U) << "the first was revoked before";
  EXPECT_EQ(by_name->front().id, second.token.id);
  const auto tokens = *ListTokens(dir.Path());
  EXPECT_EQ(tokens[0].revoked, kLater);
  EXPECT_TRUE(tokens[1].revoked);
  EXPECT_FALSE(tokens[2].revoked);
  EXPECT_EQ(CodeOf(RevokeTokens(dir.Path(), "nobody", kLater)), "token_not_found");
}

TEST(TokensTest, TwoThatMakeTokensAtOnceLoseNone) {
  const ScratchDirectory dir;
  const auto make = [&] {
    for (int i = 0; i < 20; ++i) Made(dir);
  };
  std::thread other(make);
  make();
  other.join();
  EXPECT_EQ(ListTokens(dir.Path())->size(), 40U);
}

TEST(TokensTest, TokensMayStandBeforeTheFirstRecordAndNotAmongOtherThings) {
  const ScratchDirectory dir;
  EXPECT_EQ(CodeOf(CreateToken(dir / "new", "", Asks(), kNow, kForever)), "");
  EXPECT_EQ(CodeOf(CreateToken(dir / "new", "", Asks(), kNow, kForever)), "");
  std::filesystem::create_directory(dir / "other");
  std::ofstream(dir / "other/letter.txt") << "dear";
  EXPECT_EQ(CodeOf(CreateToken(dir / "other", "", Asks(), kNow, kForever)), "data_not_tenure");
  EXPECT_EQ(ListTokens(dir / "nowhere")->size(), 0U);
}

TEST(TokensTest, AFileThatIsNotWhollyUnderstoodIsRefused) {
  const ScratchDirectory dir;
  Made(dir, "hr", Appends());
  const std::string good = dir.Get("tokens.json");
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string text = good;
    text.replace(text.find(what), what.size(), instead);
    return CodeOf(ReadTokens(text));
  };
  EXPECT_EQ(with("\"format\":1", "\"format\":2"), "tokens_format_unknown");
  EXPECT_EQ(CodeOf(ReadTokens("")), "tokens_corrupt");
  EXPECT_EQ(CodeOf(ReadTokens(good.substr(0, good.size() / 2))), "tokens_corrupt");
  EXPECT_EQ(with("\"name\"", "\"nom\""), "tokens_corrupt");
  EXPECT_EQ(with("\"planes\"", "\"plains\""), "tokens_corrupt");
  EXPECT_EQ(with("\"identity\"", "\"identities\""), "tokens_corrupt");
  EXPECT_EQ(with("\"expires\":null", "\"expires\":\"soon\""), "tokens_corrupt");
  EXPECT_EQ(with(",\"expires\":null", ""), "tokens_corrupt") << "a token without an end is written with null";
  EXPECT_EQ(with("\"created\"", "\"revoked\":\"x\",\"created\""), "tokens_corrupt");
  EXPECT_EQ(with("\"sha256\":\"", "\"sha256\":\"0"), "tokens_corrupt");
  EXPECT_EQ(with("\"rate_per_second\":7", "\"rate_per_second\":0"), "tokens_corrupt");
  const std::string token = good.substr(good.find("\n{"), good.find("]}\n") - good.find("\n{"));
  EXPECT_EQ(with(token, token + "," + token), "tokens_corrupt") << "two with one id";
}

}  // namespace
}  // namespace tenure::http
