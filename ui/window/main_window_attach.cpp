// Proxies that run elsewhere, and processes that end: what the window asks and shows.
#include "ui/style/theme.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/info_bar.h"
#include "ui/window/main_window.h"
#include "ui/window/welcome_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>

namespace ui {

namespace {

QString lastAddress()
{
    return QSettings().value(QStringLiteral("attach/address"), QStringLiteral("127.0.0.1:9901")).toString();
}

} // namespace

void MainWindow::offerAttach()
{
    m_welcome->offerAttach();
    connect(m_welcome, &WelcomePage::attachRequested, this, &MainWindow::attachRequested);
    connect(&m_project, &Project::documentAboutToClose, this, [this](Document* document) {
        if (document->isReadOnly()) m_endpoints->remove(document->proxyName().toStdString());
    });
}

void MainWindow::askAttach()
{
    auto* popover = new QFrame(this, Qt::Popup);
    popover->setAttribute(Qt::WA_DeleteOnClose);
    popover->setObjectName(QStringLiteral("attach"));
    popover->setFrameShape(QFrame::Box);
    popover->setBackgroundRole(QPalette::Base);
    popover->setAutoFillBackground(true);
    auto* row = new QHBoxLayout(popover);
    row->setContentsMargins(12, 10, 12, 10);
    row->setSpacing(8);
    auto* address = new QLineEdit(lastAddress(), popover);
    address->setFont(Theme::codeFont());
    address->setAccessibleName(tr("Admin address"));
    address->setMinimumWidth(220);
    address->selectAll();
    auto* attach = new QPushButton(tr("Attach"), popover);
    attach->setProperty("primary", true);
    row->addWidget(new QLabel(tr("Admin address"), popover));
    row->addWidget(address);
    row->addWidget(attach);
    const auto ask = [this, popover, address] {
        const QString chosen = address->text();
        popover->close();
        Q_EMIT attachRequested(chosen);
    };
    connect(attach, &QPushButton::clicked, popover, ask);
    connect(address, &QLineEdit::returnPressed, popover, ask);
    popover->move(mapToGlobal(QPoint(200, menuBar()->height())));
    popover->show();
    address->setFocus();
}

void MainWindow::showAttached(const QString& proxy, const QString& address)
{
    QSettings().setValue(QStringLiteral("attach/address"), address);
    m_welcome->showAttachResult(tr("Attached to %1").arg(proxy), true);
    m_info->cured(QStringLiteral("attach"));
    remember(address.contains(QStringLiteral("://")) ? address : QStringLiteral("http://") + address);
    showMessage(model::Severity::Info,
                tr("%1 at %2 is shown as it runs; its configuration is read only").arg(proxy, address));
}

void MainWindow::showAttachFailed(const QString& address, const QString& sentence)
{
    m_welcome->showAttachResult(sentence, false);
    m_info->tell(model::Severity::Error, QStringLiteral("attach"),
                 tr("Could not attach to %1. %2").arg(address, sentence),
                 {{tr("Try again"), [this, address] { Q_EMIT attachRequested(address); }}});
}

void MainWindow::showEnded(const QString& process, const QString& sentence)
{
    m_info->tell(model::Severity::Error, QStringLiteral("ended:") + process,
                 tr("%1 has stopped. %2").arg(process, sentence),
                 {{tr("Start it again"), [this, process] {
                       m_info->cured(QStringLiteral("ended:") + process);
                       Q_EMIT restartRequested(process);
                   }}});
}

} // namespace ui
