// Reads the admin pages of one proxy, bundled or Envoy, over HTTP.
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>

namespace app::admin {

/// One proxy's admin address. Lives in the GUI thread; answers come from its event loop.
class AdminClient final : public QObject {
    Q_OBJECT
public:
    using Answer = std::function<void(model::Result<QByteArray>)>;

    /// `base` is "http://HOST:PORT".
    explicit AdminClient(QUrl base, QObject* parent = nullptr);

    const QUrl& base() const { return m_base; }
    /// Reads a page ("/clusters?format=json"); `answer` is called once, later, unless this object is gone by then.
    /// Errors: NotFound (the proxy has no such page), Unreachable, TimedOut (5 s), Rejected (any other status).
    void get(const QString& pathAndQuery, Answer answer);
    /// Same for the pages that change something ("/quitquitquit").
    void post(const QString& pathAndQuery, Answer answer);

private:
    void finish(QNetworkReply* reply, Answer answer);

    QUrl m_base;
    QNetworkAccessManager m_network;
};

} // namespace app::admin
