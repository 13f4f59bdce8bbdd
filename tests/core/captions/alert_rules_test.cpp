#include "core/captions/alert_rules.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

AlertRule words(const std::string& pattern) {
    AlertRule rule;
    rule.name = pattern;
    rule.pattern = pattern;
    return rule;
}

AlertRule expression(const std::string& pattern) {
    AlertRule rule = words(pattern);
    rule.isExpression = true;
    return rule;
}

bool matches(const AlertRule& rule, const std::string& caption) {
    auto matcher = AlertMatcher::create({rule});
    EXPECT_TRUE(matcher) << matcher.error().message;
    return !matcher->match(caption, SteadyTime()).empty();
}

TEST(AlertRules, WordsAreWholeAndAnyOfThemIsEnough) {
    const AlertRule rule = words("dog, red car");
    EXPECT_TRUE(matches(rule, "A Dog runs"));
    EXPECT_TRUE(matches(rule, "dog"));
    EXPECT_TRUE(matches(rule, "a red car, parked"));
    EXPECT_FALSE(matches(rule, "A hotdog"));
    EXPECT_FALSE(matches(rule, "Dogs run"));
    EXPECT_FALSE(matches(rule, "A red old car"));
    EXPECT_FALSE(matches(words("u"), "Menü"));
    EXPECT_TRUE(matches(words("Menü"), "Das Menü hier"));
    EXPECT_TRUE(matches(words("a.b (c)"), "an a.b (c) here")) << "signs stand for themselves";
    EXPECT_FALSE(matches(words("a.b"), "axb"));
}

TEST(AlertRules, ExpressionsAreFoundAnywhere) {
    EXPECT_TRUE(matches(expression("dogs?\\b"), "Two DOGS run"));
    EXPECT_TRUE(matches(expression("^two .* run$"), "Two dogs run"));
    EXPECT_FALSE(matches(expression("^dog"), "Two dogs run"));
}

TEST(AlertRules, WhatCannotBeMatchedIsRefusedByName) {
    const auto broken = AlertMatcher::create({words("dog"), expression("(dog")});
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("\"(dog\" is no regular expression: a ( has no )"), std::string::npos);
    EXPECT_FALSE(AlertMatcher::create({words(" , ")}));
    EXPECT_FALSE(AlertMatcher::create({expression("")}));
}

TEST(AlertRules, NumbersThatOverflowAreRefused) {
    for (const char* broken : {"duration\\11111111111111922337", "a{99999999999}", "a{2,99999999999}", "a{0,12345}",
                               "a{99999999999", "a{1,99999999999"}) {
        const auto matcher = AlertMatcher::create({expression(broken)});
        ASSERT_FALSE(matcher) << broken;
        EXPECT_NE(matcher.error().message.find("a number in it is too large"), std::string::npos);
    }
    EXPECT_TRUE(matches(expression("a{2,30}"), "aaa"));
    EXPECT_TRUE(matches(expression("room, 1234567"), "In room, 1234567"));
    EXPECT_TRUE(matches(expression("\\\\1234567"), "x\\1234567"));
}

TEST(AlertRules, EachHasARateOfItsOwn) {
    AlertRule slow = words("dog");
    slow.interval = 30s;
    AlertRule every = words("dog");
    every.interval = 0s;
    AlertRule off = words("dog");
    off.enabled = false;
    auto matcher = *AlertMatcher::create({slow, every, off});
    const SteadyTime begin{};
    EXPECT_EQ(matcher.match("A dog", begin).size(), 2U);
    EXPECT_EQ(matcher.match("A dog", begin + 29s), std::vector{every});
    EXPECT_EQ(matcher.match("A cat", begin + 30s).size(), 0U);
    EXPECT_EQ(matcher.match("A dog", begin + 31s).size(), 2U);
    EXPECT_EQ(matcher.match("A dog", begin + 60s), std::vector{every}) << "counted from the last alert";
}

TEST(AlertRules, ComeBackFromTheSettingsFile) {
    AlertRule rule = expression("\"dog\"\n");
    rule.enabled = false;
    rule.notifies = false;
    rule.snapshot = rule.sounds = true;
    rule.command = "notify-send '{caption}'";
    rule.interval = 5s;
    const std::vector<AlertRule> rules{rule, words("cat")};
    const auto back = alertRulesFromJson(alertRulesToJson(rules));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, rules);
    for (const char* broken : {"", "{}", "[1]", "[{\"name\":1}]", "null"}) {
        EXPECT_FALSE(alertRulesFromJson(broken)) << broken;
    }
}

TEST(AlertRules, ACaptionStaysOneArgumentAndChoosesNoProgram) {
    const std::string evil = "; rm -rf / \"$(x)\" {time}";
    EXPECT_EQ(fillIn({"{caption}", "at {time}: {caption}", "{caption}", "end"}, evil, "noon"),
              (std::vector<std::string>{"{caption}", "at noon: " + evil, evil, "end"}));
}

TEST(AlertRules, ExpressionsTakeNoTimeThatDoublesWithEachLetter) {
    const std::string letters(60, 'a');
    EXPECT_FALSE(matches(expression("(a+)+b"), letters));
    EXPECT_FALSE(matches(expression("(a|aa)+$"), letters + "!"));
    EXPECT_TRUE(matches(expression("(a+)+b"), letters + "b"));
}

TEST(AlertRules, ExpressionsThatAreTooMuchAreRefusedWithACause) {
    const auto refused = [](const std::string& pattern) {
        const auto matcher = AlertMatcher::create({expression(pattern)});
        EXPECT_FALSE(matcher) << pattern.substr(0, 20);
        return matcher ? std::string() : matcher.error().message;
    };
    EXPECT_NE(refused("(a)\\1").find("refers to one of its groups"), std::string::npos);
    EXPECT_NE(refused(std::string(200'000, '(') + "a" + std::string(200'000, ')')).find("too long"), std::string::npos);
    EXPECT_NE(refused("(").find("no regular expression"), std::string::npos);
}

TEST(AlertRules, AnIntervalOfAnotherHandComesIntoItsRange) {
    const auto withInterval = [](const std::string& interval) {
        return alertRulesFromJson(
            R"([{"name": "a", "pattern": "a", "expression": false, "enabled": true, "notify": true,
                                       "snapshot": false, "sound": false, "command": "", "interval": )" +
            interval + "}]");
    };
    EXPECT_EQ(withInterval("4294967297").value()[0].interval, 24h);
    EXPECT_EQ(withInterval("-1").value()[0].interval, 0s);
    EXPECT_FALSE(withInterval("1e300"));
    EXPECT_FALSE(withInterval("null"));
}

}  // namespace
}  // namespace sightline
