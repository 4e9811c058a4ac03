#include "ui/window/find_bar.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSettings>
#include <QStringListModel>

namespace ui {

FindBar::FindBar(QWidget* parent)
    : QWidget(parent)
    , m_edit(new QLineEdit(this))
    , m_count(new QLabel(this))
    , m_words(new QStringListModel(this))
{
    setMinimumWidth(260);
    setMaximumWidth(760);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(28);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(28, 1, 10, 1);
    row->addWidget(m_edit, 1);
    row->addWidget(m_count);
    m_edit->setFrame(false);
    m_edit->setFont(Theme::codeFont(12.5));
    m_edit->setPlaceholderText(tr("Find: kind:cluster tls  reaches:service_c  problem"));
    m_edit->setAccessibleName(tr("Find in the graph (Ctrl+Shift+F)"));
    QPalette palette = m_edit->palette();
    palette.setColor(QPalette::Base, Qt::transparent);
    m_edit->setPalette(palette);
    m_count->setFont(Theme::font(11));
    m_edit->installEventFilter(this);
    m_words->setStringList(QSettings().value(QStringLiteral("find/history")).toStringList() +
                           QStringList{QStringLiteral("kind:cluster"), QStringLiteral("kind:route"),
                                       QStringLiteral("kind:listener"), QStringLiteral("reaches:"),
                                       QStringLiteral("uses:"), QStringLiteral("proxy:"), QStringLiteral("problem"),
                                       QStringLiteral("unresolved"), QStringLiteral("tls")});
    auto* completer = new QCompleter(m_words, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_edit->setCompleter(completer);
    connect(m_edit, &QLineEdit::textChanged, this, &FindBar::textChanged);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        QStringList history = QSettings().value(QStringLiteral("find/history")).toStringList();
        history.removeAll(text());
        history.prepend(text());
        QSettings().setValue(QStringLiteral("find/history"), history.mid(0, 20));
    });
}

QString FindBar::text() const { return m_edit->text(); }
void FindBar::setText(const QString& text) { m_edit->setText(text); }
void FindBar::focus()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void FindBar::showResult(const FindResult& result, int nodes)
{
    m_state = result.state;
    m_edit->setToolTip(result.reason);
    if (result.state == FindResult::State::Valid)
        m_count->setText(tr("%1 of %2 nodes").arg(result.ids.size()).arg(nodes));
    else m_count->setText(result.state == FindResult::State::Empty ? tr("%1 nodes").arg(nodes) : result.reason);
    update();
}

bool FindBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        if (m_edit->text().isEmpty()) Q_EMIT left();
        else m_edit->clear();
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    return QWidget::eventFilter(watched, event);
}

void FindBar::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr const char* fills[] = {"raised", "findValid", "findWarn", "findError"};
    const bool focused = m_edit->hasFocus();
    painter.setPen(QPen(theme.color(focused ? "focus" : "lineStrong"), focused ? 2 : 1));
    painter.setBrush(theme.color(fills[static_cast<int>(m_state)]));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    paintGlyph(painter, QStringLiteral("filter"), QRectF(8, 6, 16, 16), theme.color("muted"));
}

} // namespace ui
