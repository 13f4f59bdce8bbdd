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
    EXPECT_NE(broken.error().message.find("\"(dog\" is no regular expression"), std::string::npos);
    EXPECT_FALSE(AlertMatcher::create({words(" , ")}));
    EXPECT_FALSE(AlertMatcher::create({expression("")}));
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

}  // namespace
}  // namespace sightline
