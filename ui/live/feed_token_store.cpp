#include "ui/live/feed_token_store.h"

#include <QFile>
#include <QSettings>

#include "core/feed/feed_token.h"

namespace sightline {

Result<std::string> storedFeedToken(QSettings& settings) {
    const std::string stored = settings.value(kFeedTokenKey).toString().toStdString();
    if (isFeedToken(stored)) {
        return stored;
    }
    auto token = makeFeedToken();
    if (token) {
        settings.setValue(kFeedTokenKey, QString::fromStdString(*token));
        settings.sync();
        QFile::setPermissions(settings.fileName(), QFile::ReadOwner | QFile::WriteOwner);
    }
    return token;
}

}  // namespace sightline
