#include "ui/forms/node_form.h"

#include "model/source/path.h"
#include "ui/forms/form_builder.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTimer>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::FieldDescriptor;

NodeForm::NodeForm(QWidget* parent) : QWidget(parent), m_scroll(new QScrollArea(this))
{
    setAccessibleName(tr("Form"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* docs = new QWidget(this);
    docs->setAutoFillBackground(true);
    docs->setBackgroundRole(QPalette::Window);
    docs->setFixedHeight(104);
    m_docTitle = new QLabel(docs);
    m_docTitle->setFont(Theme::font(12, true));
    m_docPlace = new QLabel(docs);
    m_docPlace->setFont(Theme::codeFont(11));
    m_docPlace->setForegroundRole(QPalette::PlaceholderText);
    m_docText = new QLabel(docs);
    m_docText->setFont(Theme::font(11));
    m_docText->setWordWrap(true);
    m_docText->setAlignment(Qt::AlignTop);
    m_docText->setTextFormat(Qt::PlainText);
    m_docText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    auto* head = new QHBoxLayout;
    head->addWidget(m_docTitle);
    head->addStretch();
    head->addWidget(m_docPlace);
    auto* column = new QVBoxLayout(docs);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_docText, 1);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_scroll, 1);
    whole->addWidget(docs);
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, &NodeForm::rebuild);
    rebuild();
}

void NodeForm::show(const model::source::RevisionPtr& revision, const QString& path)
{
    const bool samePath = path == m_path;
    if (samePath && revision == m_revision) return;
    m_revision = revision;
    m_path = path;
    rebuild();
    if (!samePath) m_scroll->verticalScrollBar()->setValue(0);
}

void NodeForm::setFindings(const std::vector<model::Finding>& findings)
{
    m_findings = findings;
    rebuild();
}

void NodeForm::setClusters(const QStringList& names)
{
    if (names == m_clusters) return;
    m_clusters = names;
    rebuild();
}

void NodeForm::setFileName(const QString& name)
{
    m_fileName = name;
}

void NodeForm::rebuild()
{
    const QWidget* focus = focusWidget();
    const bool hadFocus = focus && m_scroll->isAncestorOf(focus) && focus->hasFocus();
    const QString focused = focus && focus->property("path").isValid() ? focus->property("path").toString() : QString();
    const int scrolled = m_scroll->verticalScrollBar()->value();
    if (QWidget* old = m_scroll->takeWidget()) { // May be handling an event of its own.
        for (QWidget* widget : old->findChildren<QWidget*>()) widget->removeEventFilter(this), widget->blockSignals(true);
        old->hide();
        old->deleteLater();
    }
    m_editors.clear();
    auto* page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    FormBuilder builder(*this, page);
    Spot spot = spotAt(m_revision, m_path.toStdString());
    const bool readable = spot.isValid() && unpack(spot) && spot.type;
    if (readable) builder.addMessage(spot, m_path, 0);
    else builder.layout()->addWidget(new QLabel(m_path.isEmpty() ? tr("Select a node to see its fields.") : tr("Nothing to edit here."), page));
    builder.layout()->addStretch();
    m_scroll->setWidget(page);
    m_scroll->verticalScrollBar()->setValue(scrolled);
    if (hadFocus && m_editors.contains(focused)) m_editors.value(focused)->setFocus();
}

QWidget* NodeForm::editor(const QString& path) const
{
    return m_editors.value(path);
}

void NodeForm::focusField(const QString& path)
{
    for (std::string at = path.toStdString(); !at.empty(); at = model::source::path::parent(at)) {
        QWidget* editor = m_editors.value(QString::fromStdString(at));
        if (!editor) continue;
        editor->setFocus();
        m_scroll->ensureWidgetVisible(editor);
        return;
    }
}

void NodeForm::showMore(const QString& path)
{
    m_more.insert(path);
    rebuild();
}

void NodeForm::toggle(QSet<QString>& set, const QString& path)
{
    if (!set.remove(path)) set.insert(path);
    rebuild();
}

QString NodeForm::labelFor(const QString& path) const
{
    return path.section(u'.', -1);
}

void NodeForm::commit(QWidget* editor, const QString& typed)
{
    const auto* field = static_cast<const FieldDescriptor*>(editor->property("field").value<void*>());
    const QString path = editor->property("path").toString();
    if (!field || typed == editor->property("value").toString()) return;
    if (typed.isEmpty() && !field->is_repeated()) {
        editor->setProperty("value", typed);
        Q_EMIT clearRequested(tr("Remove %1").arg(labelFor(path)), path);
        return;
    }
    const auto yaml = yamlOf(field, typed);
    if (!yaml) {
        editor->setProperty("severity", u"error"_s);
        editor->setToolTip(expected(field));
        m_docText->setText(expected(field));
        editor->update();
        return;
    }
    editor->setProperty("severity", QVariant());
    editor->setToolTip({});
    editor->setProperty("value", typed); // Leaving the field after Enter does not commit again.
    Q_EMIT spliceRequested(tr("Set %1").arg(labelFor(path)), path, QString::fromStdString(*yaml));
}

void NodeForm::document(QWidget* editor)
{
    const QString path = editor->property("path").toString();
    const auto* field = static_cast<const FieldDescriptor*>(editor->property("field").value<void*>());
    m_docTitle->setText(path.section(u'.', -1).section(u'#', -1));
    m_docPlace->clear();
    m_docText->clear();
    if (!m_revision) return;
    if (const auto place = m_revision->map().find(path.toStdString()))
        m_docPlace->setText(u"%1:%2"_s.arg(m_fileName).arg((place->key.isKnown() ? place->key : place->value).begin.line));
    if (!field) field = spotAt(m_revision, path.toStdString()).field;
    if (!field) return;
    QString text = QString::fromStdString(m_revision->schema()->documentation(field)).simplified();
    const QString rule = constraint(m_revision->schema(), field);
    if (!rule.isEmpty()) text = tr("Constraint: %1").arg(rule) % u"\n"_s % text;
    m_docText->setText(text);
    m_docText->setToolTip(text);
    Q_EMIT fieldFocused(path);
}

bool NodeForm::eventFilter(QObject* watched, QEvent* event)
{
    auto* widget = qobject_cast<QWidget*>(watched);
    auto* editor = widget && !widget->property("path").isValid() && qobject_cast<QComboBox*>(widget->parentWidget()) ? widget->parentWidget() : widget;
    if (event->type() == QEvent::Wheel && !widget->hasFocus()) {
        event->ignore(); // Scrolls the form, changes nothing.
        return true;
    }
    if (event->type() == QEvent::FocusIn) document(editor);
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape) {
        const QString before = editor->property("value").toString();
        if (auto* line = qobject_cast<QLineEdit*>(editor)) line->setText(before);
        else if (auto* combo = qobject_cast<QComboBox*>(editor); combo && combo->isEditable()) combo->setEditText(before);
        editor->setProperty("severity", QVariant());
        editor->update();
        return true;
    }
    if (key->key() == Qt::Key_F12 && qobject_cast<QComboBox*>(editor)) {
        Q_EMIT goToClusterRequested(editor->property("value").toString());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::forms
