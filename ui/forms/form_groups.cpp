// The parts of a form that hold other parts: messages, lists, cards, typed_config, findings.
#include "ui/forms/form_builder.h"

#include "model/source/path.h"
#include "ui/forms/field_widgets.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr int listLimit = 50; ///< Items shown before the rest is asked for.

QString nameOf(const FieldDescriptor* field) { return QString::fromStdString(field->name()); }

/// The item of a list, or the value of a message field, seen from its owner.
Spot below(const Spot& owner, const FieldDescriptor* field, int index = -1)
{
    Spot spot = owner;
    spot.field = field;
    spot.type = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? field->message_type() : nullptr;
    spot.message = nullptr;
    if (!owner.message || !spot.type) return spot;
    const auto* reflection = owner.message->GetReflection();
    if (index >= 0) spot.message = &reflection->GetRepeatedMessage(*owner.message, field, index);
    else if (reflection->HasField(*owner.message, field)) spot.message = &reflection->GetMessage(*owner.message, field);
    return spot;
}

/// Types of the extensions that fit an Any. Its category stands at the field or, for a TypedExtensionConfig or transport
/// socket, at the field that holds it; where neither tells one, every extension is offered.
QStringList packableTypes(const model::source::RevisionPtr& revision, const FieldDescriptor* field, const QString& path)
{
    const auto& schema = revision->schema();
    std::string category = schema->extensionCategory(field);
    const FieldDescriptor* holder = spotAt(revision, model::source::path::parent(path.toStdString())).field;
    if (category.empty() && holder) category = schema->extensionCategory(holder);
    QStringList types;
    for (const auto& extension : schema->extensions())
        if (category.empty() || extension.category == category)
            for (const std::string& type : extension.typeUrls) types << QString::fromStdString(type);
    types.removeDuplicates();
    types.sort();
    return types;
}

} // namespace

QHBoxLayout* FormBuilder::heading(const QString& title, const QString& path, bool open, bool isCard)
{
    auto* line = new QHBoxLayout;
    line->setSpacing(4);
    auto* fold = new TextButton(m_parent);
    fold->setFocusPolicy(Qt::StrongFocus);
    fold->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // Gives way where the form is narrow.
    fold->setAutoRaise(true);
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold->setIcon(glyphIcon(open ? u"down"_s : u"right"_s));
    fold->setText(m_form.differs(path) ? QString(title % u"  ~"_s) : title);
    fold->setFont(Theme::font(12.5, !isCard));
    fold->setAccessibleName(title);
    fold->setAccessibleDescription(open ? QObject::tr("unfolded") : QObject::tr("folded"));
    QObject::connect(fold, &QToolButton::clicked, &m_form,
                     [form = &m_form, path, isCard] { form->toggle(isCard ? form->m_opened : form->m_folded, path); });
    line->addWidget(fold);
    line->addStretch();
    m_layout->addLayout(line);
    remember(fold, path, nullptr, title);
    return line;
}

void FormBuilder::addGroup(const Spot& owner, const FieldDescriptor* field, const QString& path, int depth)
{
    const Spot spot = below(owner, field);
    const bool set = spot.message != nullptr;
    if (!set) { // Not written: one line to add it.
        link(
            row(nameOf(field), false, {}, false, field), QObject::tr("Add"),
            [form = &m_form, field, path] {
                Q_EMIT form->spliceRequested(QObject::tr("Add %1").arg(nameOf(field)), path, u"{}"_s);
            },
            u"plus"_s);
        return;
    }
    const bool open = !m_form.m_folded.contains(path);
    QHBoxLayout* line = heading(nameOf(field), path, open, false);
    link(line, QObject::tr("Remove"), [form = &m_form, field, path] {
        Q_EMIT form->clearRequested(QObject::tr("Remove %1").arg(nameOf(field)), path);
    });
    if (open) addMessage(spot, path, depth + 1);
}

void FormBuilder::addAny(const Spot& owner, const FieldDescriptor* field, const QString& path, int depth)
{
    Spot spot = below(owner, field);
    const QString current = QString::fromStdString(packedType(spot.message));
    const auto schema = m_form.m_revision->schema();
    const QStringList types = packableTypes(m_form.m_revision, field, path);
    QComboBox* combo = choice(types, current, QObject::tr("no type"), path);
    for (int i = 1; i < combo->count(); ++i) {
        const QString full = combo->itemText(i);
        combo->setItemData(i, full, Qt::UserRole + 1);
        combo->setItemText(i, full.section(u'.', -1));
        const auto* type = schema->message(full.toStdString());
        const QString about = type ? plain(schema->documentation(type)).section(u". "_s, 0, 0) : QString();
        combo->setItemData(i, QVariant(full % u"\n"_s % about), Qt::ToolTipRole);
    }
    combo->setAccessibleName(QObject::tr("Type of %1").arg(nameOf(field)));
    combo->setEditable(true); // Typing searches; what is no type is not taken.
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->lineEdit()->setPlaceholderText(QObject::tr("Search %1 types").arg(types.size()));
    combo->lineEdit()->installEventFilter(&m_form);
    if (current.isEmpty()) combo->clearEditText();
    combo->completer()->setFilterMode(Qt::MatchContains);
    combo->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    combo->completer()->setCompletionMode(QCompleter::PopupCompletion);
    combo->setProperty("value", combo->currentText());
    QObject::connect(combo, &QComboBox::activated, &m_form, [form = &m_form, combo, path, current](int index) {
        const QString type = combo->itemData(index, Qt::UserRole + 1).toString();
        if (type.isEmpty() || type == current) return;
        Q_EMIT form->spliceRequested(QObject::tr("Use %1").arg(combo->itemText(index)), path,
                                     u"{\"@type\": \"type.googleapis.com/%1\"}"_s.arg(type));
    });
    row(nameOf(field), spot.message != nullptr, path, true, field)->insertWidget(1, combo, 1);
    if (spot.message && unpack(spot)) addMessage(spot, path, depth + 1);
}

void FormBuilder::addList(const Spot& owner, const FieldDescriptor* field, const QString& path, int depth)
{
    const int size = owner.message ? owner.message->GetReflection()->FieldSize(*owner.message, field) : 0;
    const bool ofMessages =
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !isScalarMessage(field->message_type());
    QHBoxLayout* line = row(nameOf(field), size > 0, {}, false, field);
    auto* count = new QLabel(size == 0 ? QString() : QString::number(size), m_parent);
    count->setForegroundRole(QPalette::PlaceholderText);
    line->addWidget(count);
    if (field->is_map()) {
        addKey(line, field, path);
    } else {
        const QString yaml = ofMessages                                             ? u"{}"_s
                             : field->cpp_type() == FieldDescriptor::CPPTYPE_STRING ? u"\"\""_s
                                                                                    : u"0"_s;
        const QString value = field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM
                                  ? QString::fromStdString(field->enum_type()->value(0)->name())
                                  : yaml;
        link(
            line, QObject::tr("Add"),
            [form = &m_form, field, path, size, value] {
                Q_EMIT form->insertRequested(QObject::tr("Add to %1").arg(nameOf(field)), path, size, value);
            },
            u"plus"_s);
    }
    line->insertStretch(-1);
    const int shown = m_form.m_more.contains(path) ? size : std::min(size, listLimit);
    for (int i = 0; i < shown; ++i) {
        if (ofMessages) addCard(owner, field, path, i, size, depth);
        else
            addScalar(owner.message, field, QString::fromStdString(model::source::path::index(path.toStdString(), i)),
                      i);
    }
    if (shown == size) return;
    auto* rest = new QHBoxLayout;
    link(
        rest, QObject::tr("%1 more items").arg(size - shown), [form = &m_form, path] { form->showMore(path); },
        u"right"_s);
    m_layout->addLayout(rest);
}

// A map grows by a key: written into the field, Enter adds it.
void FormBuilder::addKey(QHBoxLayout* line, const FieldDescriptor* field, const QString& path)
{
    const FieldDescriptor* value = field->message_type()->map_value();
    auto* key = new QLineEdit(m_parent);
    key->setPlaceholderText(QObject::tr("new key, Enter adds it"));
    key->setAccessibleName(QObject::tr("New key of %1").arg(nameOf(field)));
    QObject::connect(key, &QLineEdit::returnPressed, &m_form, [form = &m_form, key, field, value, path] {
        if (key->text().isEmpty()) return;
        const QString at =
            QString::fromStdString(model::source::path::key(path.toStdString(), key->text().toStdString()));
        Q_EMIT form->spliceRequested(QObject::tr("Add %1 to %2").arg(key->text(), nameOf(field)), at,
                                     emptyValue(value));
    });
    remember(key, path + u"#key"_s, nullptr, {});
    line->addWidget(key, 1);
}

void FormBuilder::addCard(const Spot& owner, const FieldDescriptor* field, const QString& path, int index, int size,
                          int depth)
{
    Spot spot = below(owner, field, index);
    QString at = QString::fromStdString(model::source::path::index(path.toStdString(), index));
    if (field->is_map())
        at = QString::fromStdString(
            model::source::path::key(path.toStdString(), shownValue(spot.message, spot.type->map_key()).toStdString()));
    const bool open = m_form.m_opened.contains(at);
    const QString title = field->is_map() ? shownValue(spot.message, spot.type->map_key()) : titleOf(*spot.message);
    QHBoxLayout* line = heading(title, at, open, true);
    line->setContentsMargins(16, 0, 0, 0);
    const auto tool = [&](const QString& glyph, const QString& text, bool on, std::function<void()> action) {
        auto* button = new QToolButton(m_parent);
        button->setIcon(glyphIcon(glyph, u"muted"_s));
        button->setAutoRaise(true);
        button->setFixedWidth(22);
        button->setEnabled(on);
        button->setToolTip(text);
        button->setAccessibleName(QVariant(text % u" "_s % title).toString());
        QObject::connect(button, &QToolButton::clicked, &m_form, std::move(action));
        line->addWidget(button);
    };
    NodeForm* form = &m_form;
    if (!field->is_map()) {
        tool(u"push"_s, QObject::tr("Move up (Alt+Up)"), index > 0,
             [form, at, index] { Q_EMIT form->moveRequested(QObject::tr("Move up"), at, index - 1); });
        tool(u"down"_s, QObject::tr("Move down (Alt+Down)"), index + 1 < size,
             [form, at, index] { Q_EMIT form->moveRequested(QObject::tr("Move down"), at, index + 1); });
    }
    tool(u"x"_s, QObject::tr("Remove (Delete)"), true,
         [form, at, title] { Q_EMIT form->clearRequested(QObject::tr("Remove %1").arg(title), at); });
    if (!open) {
        addFindings(at);
        return;
    }
    if (field->is_map() && spot.type->map_value()->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        spot = below(spot, spot.type->map_value());
    if (unpack(spot)) addMessage(spot, at, depth + 1);
}

void FormBuilder::addFindings(const QString& path)
{
    for (const model::Finding& finding : m_form.m_findings) {
        if (QString::fromStdString(finding.path) != path) continue;
        auto* line = new QHBoxLayout;
        line->setContentsMargins(106, 0, 0, 0);
        auto* text = new QLabel(QString::fromStdString(finding.message), m_parent);
        text->setWordWrap(true);
        text->setFont(Theme::font(11));
        QPalette palette = text->palette();
        palette.setColor(QPalette::WindowText, Theme::current().severity(finding.severity));
        text->setPalette(palette);
        text->setObjectName(u"finding"_s);
        line->addWidget(text, 1);
        m_layout->addLayout(line);
        if (QWidget* editor = m_form.m_editors.value(path))
            editor->setProperty("severity", QString::fromLatin1(model::name(finding.severity)));
        if (finding.fixes.empty()) continue;
        auto* fixes = new QHBoxLayout;
        fixes->setContentsMargins(106, 0, 0, 0);
        for (const model::Fix& fix : finding.fixes)
            link(
                fixes, QString::fromStdString(fix.label), [form = &m_form, fix] { Q_EMIT form->fixRequested(fix); },
                u"bulb"_s);
        fixes->addStretch();
        m_layout->addLayout(fixes);
    }
}

void FormBuilder::addMore(const QString& path, int count)
{
    auto* line = new QHBoxLayout;
    link(
        line, count == 1 ? QObject::tr("1 more field") : QObject::tr("%1 more fields").arg(count),
        [form = &m_form, path] { form->toggle(form->m_more, path); }, u"right"_s);
    line->addStretch();
    m_layout->addLayout(line);
}

} // namespace ui::forms
