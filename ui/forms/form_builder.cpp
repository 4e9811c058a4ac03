#include "ui/forms/form_builder.h"

#include "model/source/path.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <google/protobuf/descriptor.pb.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr int labelWidth = 98;
constexpr int deepest = 8;
constexpr int fewFields = 7; ///< A message of so few fields shows them all.

QString child(const QString& path, const std::string& name)
{
    return QString::fromStdString(model::source::path::field(path.toStdString(), name));
}
QString nameOf(const FieldDescriptor* field)
{
    return QString::fromStdString(field->name());
}
bool isSet(const Message* owner, const FieldDescriptor* field)
{
    if (!owner) return false;
    const auto* reflection = owner->GetReflection();
    return field->is_repeated() ? reflection->FieldSize(*owner, field) > 0 : reflection->HasField(*owner, field);
}
bool isClusterReference(const FieldDescriptor* field)
{
    return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && (field->name() == "cluster" || field->name() == "cluster_name")
        && field->containing_type()->full_name() != "envoy.config.endpoint.v3.ClusterLoadAssignment";
}
/// YAML for a value that has just been chosen but not written.
QString emptyValue(const FieldDescriptor* field)
{
    switch (shapeOf(field)) {
    case Shape::Boolean: return u"true"_s;
    case Shape::Number: return u"0"_s;
    case Shape::Text: return u"\"\""_s;
    case Shape::Duration: return u"0s"_s;
    case Shape::Choice: return QString::fromStdString(field->enum_type()->value(0)->name());
    default: return u"{}"_s;
    }
}

} // namespace

FormBuilder::FormBuilder(NodeForm& form, QWidget* parent) : m_form(form), m_parent(parent), m_layout(new QVBoxLayout(parent))
{
    m_layout->setContentsMargins(12, 8, 12, 12);
    m_layout->setSpacing(6);
}

void FormBuilder::addMessage(const Spot& spot, const QString& path, int depth)
{
    if (!spot.type || depth > deepest) return;
    const bool all = m_form.m_more.contains(path) || spot.type->field_count() <= fewFields;
    int hidden = 0;
    QSet<const void*> done;
    for (int i = 0; i < spot.type->field_count(); ++i) {
        const FieldDescriptor* field = spot.type->field(i);
        if (const auto* oneof = field->real_containing_oneof()) {
            if (done.contains(oneof)) continue;
            done.insert(oneof);
            addOneof(spot, oneof, path, depth);
            continue;
        }
        const bool set = isSet(spot.message, field);
        if (!set && (field->options().deprecated() || m_form.m_revision->schema()->isHidden(field))) continue;
        if (set || all || (field->name() == "name" && depth == 0)) addField(spot, field, path, depth);
        else ++hidden;
    }
    if (hidden > 0) addMore(path, hidden);
}

void FormBuilder::addField(const Spot& owner, const FieldDescriptor* field, const QString& path, int depth)
{
    const QString at = child(path, field->name());
    switch (shapeOf(field)) {
    case Shape::Message: addGroup(owner, field, at, depth); break;
    case Shape::Any: addAny(owner, field, at, depth); break;
    case Shape::List:
    case Shape::Map: addList(owner, field, at, depth); break;
    default: addScalar(owner.message, field, at);
    }
    addFindings(at);
}

void FormBuilder::addOneof(const Spot& owner, const google::protobuf::OneofDescriptor* oneof, const QString& path, int depth)
{
    const FieldDescriptor* chosen = nullptr;
    QList<const FieldDescriptor*> choices;
    for (int i = 0; i < oneof->field_count(); ++i) {
        const FieldDescriptor* field = oneof->field(i);
        if (isSet(owner.message, field)) chosen = field;
        else if (field->options().deprecated() || m_form.m_revision->schema()->isHidden(field)) continue;
        choices << field;
    }
    if (choices.isEmpty()) return;
    QStringList names;
    for (const FieldDescriptor* field : choices) names << nameOf(field);
    auto* combo = qobject_cast<QComboBox*>(choice(names, chosen ? nameOf(chosen) : QString(), QObject::tr("not set"), path + u"#"_s + QString::fromStdString(oneof->name())));
    combo->setAccessibleName(QObject::tr("Kind of %1").arg(QString::fromStdString(oneof->name())));
    QObject::connect(combo, &QComboBox::activated, &m_form, [form = &m_form, choices, chosen, path, combo] {
        const FieldDescriptor* next = choices.value(combo->currentData().toInt(), nullptr);
        if (next == chosen) return;
        const QString from = chosen ? child(path, chosen->name()) : QString();
        if (!next) Q_EMIT form->clearRequested(QObject::tr("Clear %1").arg(nameOf(chosen)), from);
        else if (!chosen) Q_EMIT form->spliceRequested(QObject::tr("Set %1").arg(nameOf(next)), child(path, next->name()), emptyValue(next));
        else Q_EMIT form->switchRequested(QObject::tr("Use %1 instead of %2").arg(nameOf(next), nameOf(chosen)), from,
                                          child(path, next->name()), emptyValue(next));
    });
    row(QString::fromStdString(oneof->name()), chosen != nullptr, {}, false)->addWidget(combo, 1);
    addFindings(child(path, oneof->name()));
    if (chosen) addField(owner, chosen, path, depth);
}

void FormBuilder::addScalar(const Message* owner, const FieldDescriptor* field, const QString& path, int index)
{
    const bool set = index >= 0 || isSet(owner, field);
    QHBoxLayout* line = row(index >= 0 ? QString::number(index + 1) : nameOf(field), set, path);
    QWidget* editor = editorFor(owner, field, path, index);
    const bool isNumber = shapeOf(field) == Shape::Number || shapeOf(field) == Shape::Duration;
    if (isNumber && index < 0) {
        editor->setFixedWidth(92);
        line->insertWidget(1, editor);
        line->insertStretch(2);
    } else {
        line->insertWidget(1, editor, 1);
    }
    if (isClusterReference(field)) {
        auto* go = new QToolButton(m_parent);
        go->setIcon(glyphIcon(u"link"_s, u"accent"_s));
        go->setToolTip(QObject::tr("Go to the cluster (F12)"));
        go->setAccessibleName(QObject::tr("Go to the cluster"));
        const QString name = shownValue(owner, field, index);
        QObject::connect(go, &QToolButton::clicked, &m_form, [form = &m_form, name] { Q_EMIT form->goToClusterRequested(name); });
        line->insertWidget(2, go);
    }
}

QWidget* FormBuilder::editorFor(const Message* owner, const FieldDescriptor* field, const QString& path, int index)
{
    const QString value = shownValue(owner, field, index);
    const Shape shape = index >= 0 && field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM ? Shape::Choice : shapeOf(field);
    QWidget* editor = nullptr;
    if (shape == Shape::Boolean || shape == Shape::Choice) {
        QStringList values{u"true"_s, u"false"_s};
        if (shape == Shape::Choice) {
            values.clear();
            for (int i = 0; i < field->enum_type()->value_count(); ++i) {
                const auto* option = field->enum_type()->value(i);
                if (!option->options().deprecated() || QString::fromStdString(option->name()) == value) values << QString::fromStdString(option->name());
            }
        }
        const QString unset = defaultValue(field).isEmpty() ? QObject::tr("default") : QObject::tr("%1 (default)").arg(defaultValue(field));
        auto* combo = qobject_cast<QComboBox*>(choice(values, value, unset, path));
        QObject::connect(combo, &QComboBox::activated, &m_form, [form = &m_form, combo] {
            form->commit(combo, combo->currentData().toInt() < 0 ? QString() : combo->currentText());
        });
        editor = combo;
    } else if (isClusterReference(field)) {
        auto* combo = qobject_cast<QComboBox*>(choice(m_form.m_clusters, value, QObject::tr("no cluster"), path));
        combo->setEditable(true);
        combo->setEditText(value);
        combo->lineEdit()->installEventFilter(&m_form);
        QObject::connect(combo, &QComboBox::activated, &m_form, [form = &m_form, combo] { form->commit(combo, combo->currentText()); });
        QObject::connect(combo->lineEdit(), &QLineEdit::editingFinished, &m_form, [form = &m_form, combo] { form->commit(combo, combo->currentText()); });
        editor = combo;
    } else {
        auto* line = new QLineEdit(value, m_parent);
        line->setPlaceholderText(defaultValue(field));
        if (shape == Shape::Number || shape == Shape::Duration) line->setAlignment(Qt::AlignRight);
        QObject::connect(line, &QLineEdit::editingFinished, &m_form, [form = &m_form, line] { form->commit(line, line->text()); });
        editor = line;
    }
    editor->setAccessibleName(nameOf(field));
    remember(editor, path, field, value);
    return editor;
}

QWidget* FormBuilder::choice(const QStringList& values, const QString& value, const QString& unset, const QString& path)
{
    auto* combo = new QComboBox(m_parent);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(2);
    combo->addItem(unset, -1);
    for (int i = 0; i < values.size(); ++i) combo->addItem(values[i], i);
    if (!value.isEmpty() && !values.contains(value)) combo->addItem(value, static_cast<int>(values.size()));
    combo->setCurrentIndex(value.isEmpty() ? 0 : combo->findText(value));
    combo->setFocusPolicy(Qt::StrongFocus);
    remember(combo, path, nullptr, value);
    return combo;
}

void FormBuilder::remember(QWidget* editor, const QString& path, const FieldDescriptor* field, const QString& value)
{
    editor->setProperty("path", path);
    editor->setProperty("value", value);
    if (field) editor->setProperty("field", QVariant::fromValue(static_cast<void*>(const_cast<FieldDescriptor*>(field))));
    editor->installEventFilter(&m_form);
    m_form.m_editors.insert(path, editor);
}

QHBoxLayout* FormBuilder::row(const QString& label, bool set, const QString& path, bool canClear)
{
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    auto* name = new QLabel(m_parent);
    name->setFixedWidth(labelWidth);
    name->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    name->setText(name->fontMetrics().elidedText(label, Qt::ElideMiddle, labelWidth));
    name->setToolTip(label);
    name->setForegroundRole(set ? QPalette::WindowText : QPalette::PlaceholderText);
    line->addWidget(name);
    if (set && canClear && !path.isEmpty()) {
        auto* clear = new QToolButton(m_parent);
        clear->setIcon(glyphIcon(u"x"_s, u"muted"_s));
        clear->setAutoRaise(true);
        clear->setFocusPolicy(Qt::TabFocus);
        clear->setToolTip(QObject::tr("Remove %1 from the text").arg(label));
        clear->setAccessibleName(clear->toolTip());
        QObject::connect(clear, &QToolButton::clicked, &m_form,
                         [form = &m_form, label, path] { Q_EMIT form->clearRequested(QObject::tr("Remove %1").arg(label), path); });
        line->addWidget(clear);
    }
    m_layout->addLayout(line);
    return line;
}

void FormBuilder::link(QHBoxLayout* line, const QString& text, std::function<void()> action, const QString& glyph)
{
    auto* button = new QToolButton(m_parent);
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    if (!glyph.isEmpty()) button->setIcon(glyphIcon(glyph, u"accent"_s));
    QPalette palette = button->palette();
    palette.setColor(QPalette::ButtonText, Theme::current().color("accent"));
    button->setPalette(palette);
    QObject::connect(button, &QToolButton::clicked, &m_form, std::move(action));
    line->addWidget(button, 0, Qt::AlignLeft);
}

} // namespace ui::forms
