#include "ui/error_text.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QStringList>
#include <QVarLengthArray>

#include "ui/core_messages.h"

namespace sightline {
namespace {

constexpr qsizetype kLongestMessage = 1 << 16;  // a longer one is nothing to read
constexpr qsizetype kPlaces = 8;                // of a literal that are tried, from either end
constexpr int kMostSplits = 64;                 // of a text into the gaps of one pattern
constexpr int kMostSplitsInAll = 256;
constexpr int kMostNested = 4;        // a file: its cues: line 3: what is wrong with it
constexpr qsizetype kFewLetters = 8;  // less than this and gaps say little: a file may be called "Line 1: x"

struct Pattern {
    const char* source;
    QStringList literals;  // one more than it has gaps
    qsizetype letters = 0;

    qsizetype gaps() const { return literals.size() - 1; }
};

// Calls `literal` with each character that stands for itself, and `gap` with the number in braces, -1 without one.
template <typename Literal, typename Gap>
void walk(QStringView form, const Literal& literal, const Gap& gap) {
    for (qsizetype i = 0; i < form.size(); ++i) {
        const qsizetype close = form[i] == u'{' ? form.indexOf(u'}', i) : -1;
        if (i + 1 < form.size() && (form[i] == u'{' || form[i] == u'}') && form[i + 1] == form[i]) {
            literal(form[i++]);
        } else if (close > 0) {
            bool isNumber = false;
            const int number = form.mid(i + 1, close - i - 1).toInt(&isNumber);
            gap(isNumber ? number : -1);
            i = close;
        } else {
            literal(form[i]);
        }
    }
}

const std::vector<Pattern>& patterns() {
    static const std::vector<Pattern> all = [] {
        std::vector<Pattern> made;
        for (const char* source : coreMessages()) {
            Pattern pattern{source, {QString()}};
            walk(
                QString::fromUtf8(source), [&](QChar c) { pattern.literals.back() += c; },
                [&](int) { pattern.literals << QString(); });
            for (const QString& literal : pattern.literals) {
                pattern.letters += literal.size();
            }
            made.push_back(std::move(pattern));
        }
        std::ranges::stable_sort(made, std::greater(), &Pattern::letters);
        return made;
    }();
    return all;
}

QString translated(const char* source) { return QCoreApplication::translate("core", source); }

struct Found {
    QString text;
    qsizetype letters = 0;  // of literals that explain it
};

// Translates one message.
class Search {
public:
    std::optional<Found> find(QStringView text, int nested = 0) {
        for (const Pattern& pattern : patterns()) {
            if (auto found = apply(pattern, text, nested)) {
                return found;
            }
        }
        return std::nullopt;
    }

private:
    using Gaps = QVarLengthArray<QStringView, 8>;

    struct Splitting {
        const Pattern& pattern;
        QStringView text;
        qsizetype end;  // where the last literal begins
        int nested;
        int left = kMostSplits;
        Gaps gaps{};
        std::optional<Found> best{};
    };

    std::optional<Found> apply(const Pattern& pattern, QStringView text, int nested) {
        const QString& first = pattern.literals.front();
        const QString& last = pattern.literals.back();
        if (text.size() < pattern.letters || !text.startsWith(first)) {
            return std::nullopt;
        }
        if (pattern.gaps() == 0) {
            return text.size() == first.size()
                       ? std::optional(Found{filled(translated(pattern.source), {}), pattern.letters})
                       : std::nullopt;
        }
        if (!text.endsWith(last)) {
            return std::nullopt;
        }
        Splitting splitting{pattern, text, text.size() - last.size(), nested};
        split(splitting, first.size());
        if (splitting.best && pattern.letters < kFewLetters && splitting.best->letters == pattern.letters) {
            return std::nullopt;
        }
        return std::move(splitting.best);
    }

    // Where the literal may stand: what gaps hold may hold it too.
    static QVarLengthArray<qsizetype, 2 * kPlaces> placesOf(const QString& literal, QStringView text, qsizetype from,
                                                            qsizetype end) {
        QVarLengthArray<qsizetype, 2 * kPlaces> places;
        const QStringView room = text.first(end);
        qsizetype at = room.indexOf(literal, from);
        for (; at >= 0 && places.size() < kPlaces; at = room.indexOf(literal, at + 1)) {
            places << at;
        }
        if (at >= 0) {
            const qsizetype tried = places.back();
            qsizetype back = room.lastIndexOf(literal);
            for (; back > tried && places.size() < 2 * kPlaces;
                 back = room.first(back + literal.size() - 1).lastIndexOf(literal)) {
                places << back;
            }
        }
        return places;
    }

    // Gives the gaps from the next on what stands between the places of their literals, and keeps the best way.
    void split(Splitting& splitting, qsizetype from) {
        const auto next = splitting.gaps.size() + 1;
        if (next == splitting.pattern.literals.size() - 1) {
            splitting.gaps << splitting.text.sliced(from, splitting.end - from);
            rate(splitting);
            splitting.gaps.removeLast();
            return;
        }
        const QString& literal = splitting.pattern.literals[next];
        for (const qsizetype at : placesOf(literal, splitting.text, from, splitting.end)) {
            if (splitting.left == 0) {
                return;
            }
            splitting.gaps << splitting.text.sliced(from, at - from);
            split(splitting, at + literal.size());
            splitting.gaps.removeLast();
        }
    }

    void rate(Splitting& splitting) {
        --splitting.left;
        if (splitting.best && left_ == 0) {
            return;
        }
        const bool mayNest = left_ > 0 && splitting.nested < kMostNested;
        left_ -= left_ > 0 ? 1 : 0;
        qsizetype letters = splitting.pattern.letters;
        QStringList gaps;
        for (const QStringView gap : splitting.gaps) {
            auto found = mayNest ? find(gap, splitting.nested + 1) : std::nullopt;
            letters += found ? found->letters : 0;
            gaps << (found ? found->text : gap.toString());
        }
        if (!splitting.best || letters > splitting.best->letters) {
            splitting.best = Found{filled(translated(splitting.pattern.source), gaps), letters};
        }
    }

    static QString filled(const QString& form, const QStringList& gaps) {
        QString text;
        qsizetype next = 0;  // where no translation numbers them
        walk(
            form, [&](QChar c) { text += c; }, [&](int number) { text += gaps.value(number < 0 ? next++ : number); });
        return text;
    }

    int left_ = kMostSplitsInAll;
};

}  // namespace

QString errorText(const Error& error) { return errorText(error.message); }

QString errorText(const std::string& message) { return errorText(QString::fromStdString(message)); }

QString errorText(const QString& message) {
    const char* one = coreMessages().front();
    if (message.size() > kLongestMessage || translated(one) == QString::fromUtf8(one)) {
        return message;
    }
    const auto found = Search().find(message);
    return found ? found->text : message;
}

}  // namespace sightline
