#include "app/admin/admin_client.h"

#include <QNetworkReply>
#include <QNetworkRequest>

namespace app::admin {
namespace {

constexpr int timeoutMs = 5000;

QNetworkRequest requestFor(const QUrl& base, const QString& pathAndQuery)
{
    QNetworkRequest request(base.resolved(QUrl(pathAndQuery)));
    request.setTransferTimeout(timeoutMs);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    return request;
}

model::Unexpected errorOf(const QNetworkReply& reply)
{
    using model::ErrorCode;
    const std::string where = reply.url().toString().toStdString();
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 404) return model::fail(ErrorCode::NotFound, where, "The proxy has no such admin page");
    if (status != 0)
        return model::fail(ErrorCode::Rejected, where, "The proxy answered with status " + std::to_string(status));
    if (reply.error() == QNetworkReply::OperationCanceledError)
        return model::fail(ErrorCode::TimedOut, where, "The proxy did not answer within 5 seconds");
    return model::fail(ErrorCode::Unreachable, where,
                       "The admin address is not reachable: " + reply.errorString().toStdString());
}

} // namespace

AdminClient::AdminClient(QUrl base, QObject* parent) : QObject(parent), m_base(std::move(base)) {}

void AdminClient::get(const QString& pathAndQuery, Answer answer)
{
    finish(m_network.get(requestFor(m_base, pathAndQuery)), std::move(answer));
}

void AdminClient::post(const QString& pathAndQuery, Answer answer)
{
    finish(m_network.post(requestFor(m_base, pathAndQuery), QByteArray()), std::move(answer));
}

void AdminClient::finish(QNetworkReply* reply, Answer answer)
{
    connect(reply, &QNetworkReply::finished, this, [reply, answer = std::move(answer)] {
        reply->deleteLater();
        if (reply->error() == QNetworkReply::NoError) return answer(reply->readAll());
        answer(errorOf(*reply));
    });
}

} // namespace app::admin
