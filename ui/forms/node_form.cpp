#include "ui/forms/node_form.h"

#include "model/source/path.h"
#include "ui/forms/field_widgets.h"
#include "ui/forms/form_builder.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::FieldDescriptor;

namespace {
constexpr int docsHeight = 104, docsGrown = 260;
}

NodeForm::NodeForm(QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea(this))
    , m_searchField(new QLineEdit(this))
{
    setAccessibleName(tr("Form"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_searchField->setPlaceholderText(tr("Search fields, Esc ends"));
    m_searchField->setAccessibleName(tr("Search fields"));
    m_searchField->installEventFilter(this);
    m_searchField->hide();
    connect(m_searchField, &QLineEdit::textChanged, this, &NodeForm::search);
    buildDocumentation();
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_searchField);
    whole->addWidget(m_scroll, 1);
    whole->addWidget(m_docs);
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, &NodeForm::rebuild);
    rebuild();
}

void NodeForm::buildDocumentation()
{
    auto* page = new QScrollArea(this);
    page->setFrameShape(QFrame::NoFrame);
    page->setWidgetResizable(true);
    page->setFocusPolicy(Qt::NoFocus);
    page->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_docText = new QLabel(page);
    m_docText->setFont(Theme::font(11));
    m_docText->setWordWrap(true);
    m_docText->setAlignment(Qt::AlignTop);
    m_docText->setTextFormat(Qt::PlainText);
    m_docText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_docText->setBackgroundRole(QPalette::Window);
    m_docText->setAutoFillBackground(true);
    page->setWidget(m_docText);
    m_docs = new QWidget(this);
    m_docs->setObjectName(u"documentation"_s);
    m_docs->setAutoFillBackground(true);
    m_docs->setBackgroundRole(QPalette::Window);
    m_docs->setFixedHeight(docsHeight);
    m_docs->setToolTip(tr("F1 shows more of it"));
    m_docTitle = new QLabel(m_docs);
    m_docTitle->setFont(Theme::font(12, true));
    m_docTitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_docPlace = new QLabel(m_docs);
    m_docPlace->setFont(Theme::codeFont(11));
    m_docPlace->setForegroundRole(QPalette::PlaceholderText);
    auto* head = new QHBoxLayout;
    head->addWidget(m_docTitle, 1);
    head->addWidget(m_docPlace);
    auto* column = new QVBoxLayout(m_docs);
    column->setContentsMargins(12, 8, 4, 8);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(page, 1);
}

void NodeForm::show(const model::source::RevisionPtr& revision, const QString& path)
{
    const bool samePath = path == m_path;
    if (samePath && revision == m_revision) return;
    m_revision = revision;
    m_path = path;
    if (!samePath && !m_search.isEmpty()) m_searchField->clear();
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

void NodeForm::setDifferences(const QHash<QString, QString>& running)
{
    if (running == m_running) return;
    m_running = running;
    rebuild();
}

bool NodeForm::differs(const QString& path) const
{
    return std::any_of(m_running.keyBegin(), m_running.keyEnd(), [&](const QString& changed) {
        if (!changed.startsWith(path)) return false;
        return changed.size() == path.size() || changed[path.size()] == u'.' || changed[path.size()] == u'[';
    });
}

// Texts of strings are escaped as C does it, of messages in protobuf's own form: neither is YAML.
std::optional<QString> NodeForm::valueThatRuns(const QString& path, const FieldDescriptor* field) const
{
    const auto known = m_running.find(path);
    if (known == m_running.end() || !field || field->is_repeated() || known->contains(u'\\')) return std::nullopt;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return *known;
    if (!isScalarMessage(field->message_type())) return std::nullopt;
    static const QRegularExpression zeros(u"\\.?0+s$"_s); // A duration is printed as "0.250s".
    return known->contains(u'.') ? QString(*known).replace(zeros, u"s"_s) : *known;
}

void NodeForm::setFileName(const QString& name) { m_fileName = name; }

void NodeForm::rebuild()
{
    const QWidget* focus = focusWidget();
    const bool hadFocus = focus && m_scroll->isAncestorOf(focus) && focus->hasFocus();
    const QString focused = focus && focus->property("path").isValid() ? focus->property("path").toString() : QString();
    const int scrolled = m_scroll->verticalScrollBar()->value();
    if (QWidget* old = m_scroll->takeWidget()) { // May be handling an event of its own.
        for (QWidget* widget : old->findChildren<QWidget*>())
            widget->removeEventFilter(this), widget->blockSignals(true);
        old->hide();
        old->deleteLater();
    }
    m_editors.clear();
    auto* page = new FormPage;
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    FormBuilder builder(*this, page);
    Spot spot = spotAt(m_revision, m_path.toStdString());
    const bool readable = spot.isValid() && unpack(spot) && spot.type;
    if (readable) builder.addMessage(spot, m_path, 0);
    else
        builder.layout()->addWidget(
            new QLabel(m_path.isEmpty() ? tr("Select a node to see its fields.") : tr("Nothing to edit here."), page));
    m_docs->setVisible(readable);
    if (readable && !hadFocus)
        showDocumentation(QString::fromStdString(spot.type->name()), {},
                          plain(m_revision->schema()->documentation(spot.type)));
    builder.layout()->addStretch();
    m_scroll->setWidget(page);
    m_scroll->verticalScrollBar()->setValue(scrolled);
    const QString wanted = m_focusNext.isEmpty() ? focused : m_focusNext;
    if (hadFocus && m_editors.contains(wanted)) m_editors.value(wanted)->setFocus(), m_focusNext.clear();
}

QWidget* NodeForm::editor(const QString& path) const { return m_editors.value(path); }

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

QString NodeForm::labelFor(const QString& path) const { return path.section(u'.', -1); }

void NodeForm::openSearch()
{
    m_searchField->show();
    m_searchField->setFocus(Qt::ShortcutFocusReason);
}

void NodeForm::search(const QString& text)
{
    if (text == m_search) return;
    m_search = text;
    rebuild();
}

// While typing: the border says at once when this is no value yet.
void NodeForm::judge(QWidget* editor, const QString& typed)
{
    const auto* field = static_cast<const FieldDescriptor*>(editor->property("field").value<void*>());
    const bool isWrong = field && !typed.isEmpty() && !yamlOf(field, typed);
    editor->setProperty("severity", isWrong ? QVariant(u"error"_s) : QVariant());
    editor->setToolTip(isWrong ? expected(field) : QString());
    editor->update();
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

void NodeForm::showDocumentation(const QString& title, const QString& place, const QString& text)
{
    m_docTitle->setText(title);
    m_docPlace->setText(place);
    m_docText->setText(text.simplified().isEmpty() ? tr("The schema has no documentation for this.") : text);
}

void NodeForm::growDocumentation() { m_docs->setFixedHeight(m_docs->height() == docsHeight ? docsGrown : docsHeight); }

// What is known of a field, for its tooltip: rich text, so that long lines wrap.
QString NodeForm::about(const FieldDescriptor* field) const
{
    const QString rule = constraint(m_revision->schema(), field);
    QString text =
        u"<qt><b>%1</b> %2"_s.arg(QString::fromStdString(field->name()), QString::fromLatin1(field->type_name()));
    if (field->options().deprecated()) text += tr("<br>Deprecated: Envoy will stop reading it.");
    if (!rule.isEmpty()) text += tr("<br>Constraint: %1").arg(rule.toHtmlEscaped());
    const QString words = plain(m_revision->schema()->documentation(field));
    if (!words.isEmpty())
        text += u"<br>"_s + (words.size() > 500 ? QString(words.left(500) % u" …"_s) : words).toHtmlEscaped();
    return text + u"</qt>"_s;
}

void NodeForm::document(QWidget* editor)
{
    const QString path = editor->property("path").toString();
    if (!m_revision || path.isEmpty()) return;
    const auto* field = static_cast<const FieldDescriptor*>(editor->property("field").value<void*>());
    const Spot spot = spotAt(m_revision, path.section(u'#', 0, 0).toStdString());
    if (!field) field = spot.field;
    QString place;
    if (const auto found = m_revision->map().find(path.toStdString()))
        place = u"%1:%2"_s.arg(m_fileName).arg((found->key.isKnown() ? found->key : found->value).begin.line);
    QString text;
    if (field) {
        text = plain(m_revision->schema()->documentation(field));
        const QString rule = constraint(m_revision->schema(), field);
        if (!rule.isEmpty()) text = tr("Constraint: %1").arg(rule) % u"\n"_s % text;
        if (field->options().deprecated()) text = tr("Deprecated.") % u"\n"_s % text;
        if (const auto was = m_running.find(path); was != m_running.end())
            text = (was->isEmpty() ? tr("Not set in what runs.") : tr("Runs with %1.").arg(*was)) % u"\n"_s % text;
    }
    showDocumentation(path.section(u'.', -1).section(u'#', -1), place, text);
    Q_EMIT fieldFocused(path);
}

// The innermost list item around a field moves.
bool NodeForm::moveItem(const QString& path, int by)
{
    for (std::string at = path.section(u'#', 0, 0).toStdString(); at.size() > m_path.toStdString().size();
         at = model::source::path::parent(at)) {
        const QString item = QString::fromStdString(at);
        const qsizetype open = item.lastIndexOf(u'[');
        bool isIndex = false;
        const int index = item.endsWith(u']') ? item.mid(open + 1, item.size() - open - 2).toInt(&isIndex) : -1;
        if (!isIndex) continue;
        const QString list = item.left(open);
        const QString neighbour = u"%1[%2]"_s.arg(list).arg(index + by);
        if (index + by < 0 || !m_revision->map().find(neighbour.toStdString())) return true;
        m_focusNext = neighbour + path.mid(item.size());
        const bool opened = m_opened.remove(item), otherOpened = m_opened.remove(neighbour);
        if (opened) m_opened.insert(neighbour);
        if (otherOpened) m_opened.insert(item);
        Q_EMIT moveRequested(by < 0 ? tr("Move up") : tr("Move down"), item, index + by);
        return true;
    }
    return false;
}

bool NodeForm::handleKey(QWidget* editor, QKeyEvent* key)
{
    const QString path = editor->property("path").toString();
    const bool alt = key->modifiers() == Qt::AltModifier;
    if (alt && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down))
        return moveItem(path, key->key() == Qt::Key_Up ? -1 : 1);
    if (key->key() == Qt::Key_F1) return growDocumentation(), true;
    if (key->matches(QKeySequence::Find)) return openSearch(), true;
    const bool isHeader = qobject_cast<QToolButton*>(editor);
    if (isHeader && key->key() == Qt::Key_Delete)
        return Q_EMIT clearRequested(tr("Remove %1").arg(labelFor(path)), path), true;
    if (key->key() == Qt::Key_Escape && editor == m_searchField)
        return m_searchField->clear(), m_searchField->hide(), m_scroll->setFocus(), true;
    if (key->key() == Qt::Key_Escape && !isHeader) {
        const QString before = editor->property("value").toString();
        if (auto* line = qobject_cast<QLineEdit*>(editor)) line->setText(before);
        else if (auto* combo = qobject_cast<QComboBox*>(editor); combo && combo->isEditable())
            combo->setEditText(before);
        editor->setProperty("severity", QVariant());
        editor->update();
        return true;
    }
    if (key->key() == Qt::Key_F12 && qobject_cast<QComboBox*>(editor))
        return Q_EMIT goToClusterRequested(editor->property("value").toString()), true;
    return false;
}

bool NodeForm::eventFilter(QObject* watched, QEvent* event)
{
    auto* widget = qobject_cast<QWidget*>(watched);
    auto* editor = widget && !widget->property("path").isValid() && qobject_cast<QComboBox*>(widget->parentWidget())
                       ? widget->parentWidget()
                       : widget;
    if (event->type() == QEvent::Wheel && !widget->hasFocus()) {
        event->ignore(); // Scrolls the form, changes nothing.
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_F1)
        event->accept(); // Not the window's help.
    if (event->type() == QEvent::FocusIn) document(editor);
    if (event->type() == QEvent::KeyPress && handleKey(editor, static_cast<QKeyEvent*>(event))) return true;
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::forms
