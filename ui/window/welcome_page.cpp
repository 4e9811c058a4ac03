#include "ui/window/welcome_page.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QAbstractButton>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace ui {

namespace {

/// A row one can press: glyph, bold line, muted line, a hint at the right.
class PlaceButton final : public QAbstractButton {
public:
    PlaceButton(QString glyph, const QString& title, QString detail, QString hint, bool bold, QWidget* parent)
        : QAbstractButton(parent)
        , m_glyph(std::move(glyph))
        , m_detail(std::move(detail))
        , m_hint(std::move(hint))
        , m_bold(bold)
    {
        setText(title);
        setAccessibleName(title);
        setFixedHeight(40);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (m_isCard) {
            painter.setPen(theme.color("line"));
            painter.setBrush(theme.color("raised"));
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        }
        if (underMouse() || hasFocus()) {
            painter.setPen(hasFocus() ? QPen(theme.color("focus"), 2) : QPen(Qt::NoPen));
            painter.setBrush(theme.color("hover"));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
        }
        paintGlyph(painter, m_glyph, QRectF(m_isCard ? 14 : 10, height() / 2.0 - 8, 16, 16),
                   theme.color(m_bold ? "accent" : "muted"));
        painter.setFont(Theme::font(12.5, m_bold));
        painter.setPen(theme.color("text"));
        const int room = width() - 50 - (m_hint.isEmpty() ? 0 : 90);
        painter.drawText(QRect(42, height() / 2 - 18, room, 19), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, room));
        painter.setFont(Theme::font(11));
        painter.setPen(theme.color("muted"));
        painter.drawText(QRect(42, height() / 2, room, 17), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_detail, Qt::ElideMiddle, room));
        painter.setFont(Theme::codeFont(11));
        painter.drawText(rect().adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter, m_hint);
    }

public:
    void makeCard()
    {
        m_isCard = true;
        setFixedHeight(56);
    }

private:
    QString m_glyph, m_detail, m_hint;
    bool m_bold;
    bool m_isCard = false;
};

QLabel* heading(const QString& text, double px = 12.5)
{
    auto* label = new QLabel(text);
    label->setFont(Theme::font(px, true));
    if (px < 20) label->setContentsMargins(10, 0, 0, 2);
    return label;
}

/// The dashed place for files.
class DropArea final : public QWidget {
public:
    explicit DropArea(QWidget* parent) : QWidget(parent) { setFixedHeight(64); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.color("lineStrong"), 1, Qt::DashLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.setPen(theme.color("muted"));
        painter.setFont(Theme::font(12.5));
        painter.drawText(rect(), Qt::AlignCenter, WelcomePage::tr("Drop files or folders here"));
    }
};

/// The keys that lead everywhere.
QLayout* keyHints()
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(10, 0, 0, 0);
    row->setSpacing(6);
    const std::pair<const char*, QString> hints[] = {{"Ctrl+P", WelcomePage::tr("Go to a resource")},
                                                     {"Ctrl+Shift+P", WelcomePage::tr("Every command")},
                                                     {"F1", WelcomePage::tr("Shortcuts")}};
    for (const auto& [keys, text] : hints) {
        auto* key = new QLabel(QLatin1String(keys));
        key->setFont(Theme::codeFont(11));
        auto* what = new QLabel(text);
        what->setFont(Theme::font(11));
        for (QLabel* label : {key, what}) {
            label->setForegroundRole(QPalette::PlaceholderText);
            row->addWidget(label);
        }
        row->addSpacing(12);
    }
    row->addStretch(1);
    return row;
}

void empty(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
}

} // namespace

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent)
    , m_left(new QWidget(this))
    , m_start(new QVBoxLayout)
    , m_recent(new QVBoxLayout)
    , m_right(new QVBoxLayout)
{
    auto* page = new QHBoxLayout(this);
    page->setContentsMargins(140, 42, 140, 24);
    page->setSpacing(40);
    auto* column = new QVBoxLayout(m_left);
    column->setContentsMargins(0, 0, 0, 0);
    auto* name = heading(tr("Meshwright"), 24);
    auto* motto = new QLabel(tr("See, edit, check, push and watch an Envoy mesh"));
    motto->setForegroundRole(QPalette::PlaceholderText);
    auto* title = new QVBoxLayout;
    title->setContentsMargins(70, 0, 0, 0);
    title->setSpacing(0);
    title->addWidget(name);
    title->addWidget(motto);
    column->addLayout(title);
    column->addSpacing(28);
    for (QVBoxLayout* list : {m_start, m_recent}) {
        list->setSpacing(2);
        column->addLayout(list);
        column->addSpacing(12);
    }
    column->addStretch(1);
    column->addLayout(keyHints());
    m_start->addWidget(heading(tr("Start")));
    auto* open = new PlaceButton(QStringLiteral("open"), tr("Open files or a folder…"),
                                 tr("Envoy v3, v2 or v1, config_dump"), QStringLiteral("Ctrl+O"), true, this);
    connect(open, &QAbstractButton::clicked, this, &WelcomePage::openRequested);
    m_start->addWidget(open);
    auto* fresh =
        new PlaceButton(QStringLiteral("plus"), tr("New from a template"),
                        tr("Reverse proxy: a listener, a route, a cluster"), QStringLiteral("Ctrl+N"), true, this);
    connect(fresh, &QAbstractButton::clicked, this, &WelcomePage::newRequested);
    m_start->addWidget(fresh);
    page->addWidget(m_left, 4);
    m_right->addSpacing(85);
    m_right->addWidget(new DropArea(this));
    m_right->addStretch(1);
    page->addLayout(m_right, 5);
}

void WelcomePage::offerAttach()
{
    if (m_address) return;
    m_start->addWidget(new PlaceButton(QStringLiteral("attach"), tr("Attach to a running proxy"),
                                       tr("Its admin address; opens read only"), {}, true, this));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(42, 0, 10, 0);
    m_address = new QLineEdit(QStringLiteral("http://127.0.0.1:9901"), this);
    m_address->setFont(Theme::codeFont());
    m_address->setAccessibleName(tr("Admin address"));
    auto* attach = new QPushButton(tr("Attach"), this);
    attach->setProperty("primary", true);
    row->addWidget(m_address, 1);
    row->addWidget(attach);
    m_start->addLayout(row);
    m_attachResult = new QLabel(this);
    m_attachResult->setContentsMargins(42, 0, 0, 0);
    m_attachResult->setFont(Theme::font(11));
    m_attachResult->setWordWrap(true);
    m_start->addWidget(m_attachResult);
    const auto ask = [this] { Q_EMIT attachRequested(m_address->text()); };
    connect(attach, &QPushButton::clicked, this, ask);
    connect(m_address, &QLineEdit::returnPressed, this, ask);
}

void WelcomePage::showAttachResult(const QString& text, bool ok)
{
    if (!m_attachResult) return;
    QPalette palette = m_attachResult->palette();
    palette.setColor(QPalette::WindowText, Theme::current().color(ok ? "muted" : "severity.error"));
    m_attachResult->setPalette(palette);
    m_attachResult->setText(text);
}

void WelcomePage::offerDemo()
{
    auto* demo =
        new PlaceButton(QStringLiteral("proxy"), tr("Two-tier mesh"),
                        tr("4 proxies and 3 services run on this machine, with traffic"), tr("run"), true, this);
    connect(demo, &QAbstractButton::clicked, this, &WelcomePage::demoRequested);
    demo->makeCard();
    QLabel* title = heading(tr("Example"));
    title->setContentsMargins(0, 0, 0, 2);
    m_right->insertWidget(1, title);
    m_right->insertWidget(2, demo);
    m_right->insertSpacing(3, 12);
}

void WelcomePage::showRecent(const QStringList& places)
{
    empty(m_recent);
    if (places.isEmpty()) return;
    m_recent->addWidget(heading(tr("Recent")));
    for (const QString& place : places.mid(0, 6)) {
        const bool isAddress = place.startsWith(u"http");
        const QString glyph = isAddress                  ? QStringLiteral("attach")
                              : QFileInfo(place).isDir() ? QStringLiteral("folder")
                                                         : QStringLiteral("file");
        auto* button = new PlaceButton(glyph, isAddress ? place : QFileInfo(place).fileName(), place, {}, false, this);
        connect(button, &QAbstractButton::clicked, this, [this, place] { Q_EMIT placeRequested(place); });
        m_recent->addWidget(button);
    }
    auto* clear = new QToolButton(this);
    clear->setAutoRaise(true);
    clear->setText(tr("Clear"));
    connect(clear, &QToolButton::clicked, this, &WelcomePage::clearRecentRequested);
    m_recent->addWidget(clear, 0, Qt::AlignRight);
}

void WelcomePage::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color("canvas"));
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF logo(m_left->x() + 10, 42, 44, 44);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color("accent"));
    painter.drawRoundedRect(logo, 8, 8);
    paintGlyph(painter, QStringLiteral("route"), logo.adjusted(8, 8, -8, -8), theme.color("accentText"));
}

} // namespace ui
