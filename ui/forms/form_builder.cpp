#include "ui/forms/form_builder.h"

#include "model/source/path.h"
#include "ui/forms/field_widgets.h"
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
constexpr int clearWidth = 22;
constexpr int segmentRoom = 240;
constexpr int deepest = 8;
constexpr int fewFields = 7; ///< A message of so few fields shows them all.

QString child(const QString& path, const std::string& name)
{
    return QString::fromStdString(model::source::path::field(path.toStdString(), name));
}
QString nameOf(const FieldDescriptor* field) { return QString::fromStdString(field->name()); }
bool isSet(const Message* owner, const FieldDescriptor* field)
{
    if (!owner) return false;
    const auto* reflection = owner->GetReflection();
    return field->is_repeated() ? reflection->FieldSize(*owner, field) > 0 : reflection->HasField(*owner, field);
}
bool isClusterReference(const FieldDescriptor* field)
{
    return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
           (field->name() == "cluster" || field->name() == "cluster_name") &&
           field->containing_type()->full_name() != "envoy.config.endpoint.v3.ClusterLoadAssignment";
}
} // namespace

FormBuilder::FormBuilder(NodeForm& form, QWidget* parent)
    : m_form(form)
    , m_parent(parent)
    , m_layout(new QVBoxLayout(parent))
{
    m_layout->setContentsMargins(12, 8, 8, 12);
    m_layout->setSpacing(6);
}

// What is searched for, else what is set, required or among few.
bool FormBuilder::isWanted(const Spot& spot, const FieldDescriptor* field, const QString& path, int depth) const
{
    if (depth == 0 && !m_form.m_search.isEmpty()) return nameOf(field).contains(m_form.m_search, Qt::CaseInsensitive);
    if (isSet(spot.message, field) || (field->name() == "name" && depth == 0)) return true;
    return m_form.m_more.contains(path) || spot.type->field_count() <= fewFields;
}

void FormBuilder::addMessage(const Spot& spot, const QString& path, int depth)
{
    if (!spot.type || depth > deepest) return;
    const bool searching = depth == 0 && !m_form.m_search.isEmpty();
    int hidden = 0;
    QSet<const void*> done;
    for (int i = 0; i < spot.type->field_count(); ++i) {
        const FieldDescriptor* field = spot.type->field(i);
        if (const auto* oneof = field->real_containing_oneof(); oneof && !searching) {
            if (done.contains(oneof)) continue;
            done.insert(oneof);
            addOneof(spot, oneof, path, depth);
            continue;
        }
        const bool set = isSet(spot.message, field);
        if (!set && (field->options().deprecated() || m_form.m_revision->schema()->isHidden(field))) continue;
        if (isWanted(spot, field, path, depth)) addField(spot, field, path, depth);
        else ++hidden;
    }
    if (hidden > 0 && !searching) addMore(path, hidden);
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

void FormBuilder::addOneof(const Spot& owner, const google::protobuf::OneofDescriptor* oneof, const QString& path,
                           int depth)
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
    if (choices.size() == 1) return addField(owner, choices.front(), path, depth); // Nothing to choose.
    QStringList names;
    for (const FieldDescriptor* field : choices) names << nameOf(field);
    const QString label = QString::fromStdString(oneof->name());
    const auto choose = [form = &m_form, choices, chosen, path](int index) {
        const FieldDescriptor* next = choices.value(index, nullptr);
        if (next == chosen) return;
        const QString from = chosen ? child(path, chosen->name()) : QString();
        if (!next) Q_EMIT form->clearRequested(QObject::tr("Clear %1").arg(nameOf(chosen)), from);
        else if (!chosen)
            Q_EMIT form->spliceRequested(QObject::tr("Set %1").arg(nameOf(next)), child(path, next->name()),
                                         emptyValue(next));
        else
            Q_EMIT form->switchRequested(QObject::tr("Use %1 instead of %2").arg(nameOf(next), nameOf(chosen)), from,
                                         child(path, next->name()), emptyValue(next));
    };
    const bool narrow = choices.size() > 4 || Segments::widthFor(names) > segmentRoom;
    QHBoxLayout* line = narrow ? row(label, chosen != nullptr, {}, false) : new QHBoxLayout;
    if (!narrow) { // The segments take the whole row, their name stands above.
        auto* title =
            new QLabel(isRequired(oneof) && !chosen ? QObject::tr("%1, one is required").arg(label) : label, m_parent);
        title->setFont(Theme::font(11));
        title->setForegroundRole(QPalette::PlaceholderText);
        m_layout->addWidget(title);
        m_layout->addLayout(line);
    }
    QWidget* editor = oneofChoice(names, chosen ? static_cast<int>(choices.indexOf(chosen)) : -1, narrow,
                                  path + u"#"_s + label, choose);
    editor->setAccessibleName(QObject::tr("Kind of %1").arg(label));
    line->insertWidget(narrow ? 1 : 0, editor, 1);
    addFindings(child(path, oneof->name()));
    if (chosen) addField(owner, chosen, path, depth);
}

// Segments where they have room, else a list.
QWidget* FormBuilder::oneofChoice(const QStringList& names, int chosen, bool asList, const QString& path,
                                  std::function<void(int)> choose)
{
    if (asList) {
        QComboBox* combo = choice(names, names.value(chosen), QObject::tr("not set"), path);
        QObject::connect(combo, &QComboBox::activated, &m_form,
                         [combo, choose] { choose(combo->currentData().toInt()); });
        return combo;
    }
    auto* segments = new Segments(names, chosen, m_parent);
    QObject::connect(segments, &Segments::activated, &m_form, choose);
    remember(segments, path, nullptr, segments->text());
    return segments;
}

void FormBuilder::addScalar(const Message* owner, const FieldDescriptor* field, const QString& path, int index)
{
    const bool set = index >= 0 || isSet(owner, field);
    QHBoxLayout* line = row(index >= 0 ? QString::number(index + 1) : nameOf(field), set, path, true, field);
    QWidget* editor = editorFor(owner, field, path, index);
    const bool isNumber = shapeOf(field) == Shape::Number || shapeOf(field) == Shape::Duration;
    if (isNumber && index < 0) {
        editor->setMinimumWidth(64);
        editor->setMaximumWidth(92);
        line->insertWidget(1, editor, 1);
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
        QObject::connect(go, &QToolButton::clicked, &m_form,
                         [form = &m_form, name] { Q_EMIT form->goToClusterRequested(name); });
        line->insertWidget(2, go);
    }
}

QWidget* FormBuilder::editorFor(const Message* owner, const FieldDescriptor* field, const QString& path, int index)
{
    const QString value = shownValue(owner, field, index);
    const Shape shape =
        index >= 0 && field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM ? Shape::Choice : shapeOf(field);
    QWidget* editor = nullptr;
    if (shape == Shape::Boolean || shape == Shape::Choice) {
        QStringList values{u"true"_s, u"false"_s};
        if (shape == Shape::Choice) {
            values.clear();
            for (int i = 0; i < field->enum_type()->value_count(); ++i) {
                const auto* option = field->enum_type()->value(i);
                if (!option->options().deprecated() || QString::fromStdString(option->name()) == value)
                    values << QString::fromStdString(option->name());
            }
        }
        const QString unset = defaultValue(field).isEmpty() ? QObject::tr("default")
                                                            : QObject::tr("%1 (default)").arg(defaultValue(field));
        QComboBox* combo = choice(values, value, unset, path);
        if (shape == Shape::Choice) explainValues(combo, field);
        QObject::connect(combo, &QComboBox::activated, &m_form, [form = &m_form, combo] {
            form->commit(combo, combo->currentData().toInt() < 0 ? QString() : combo->currentText());
        });
        editor = combo;
    } else if (isClusterReference(field)) {
        QComboBox* combo = choice(m_form.m_clusters, value, QObject::tr("no cluster"), path);
        combo->setEditable(true);
        combo->setEditText(value);
        combo->lineEdit()->installEventFilter(&m_form);
        QObject::connect(combo, &QComboBox::activated, &m_form,
                         [form = &m_form, combo] { form->commit(combo, combo->currentText()); });
        QObject::connect(combo->lineEdit(), &QLineEdit::editingFinished, &m_form,
                         [form = &m_form, combo] { form->commit(combo, combo->currentText()); });
        editor = combo;
    } else {
        auto* line = new QLineEdit(value, m_parent);
        line->setPlaceholderText(defaultValue(field));
        if (shape == Shape::Number || shape == Shape::Duration) line->setAlignment(Qt::AlignRight);
        QObject::connect(line, &QLineEdit::editingFinished, &m_form,
                         [form = &m_form, line] { form->commit(line, line->text()); });
        QObject::connect(line, &QLineEdit::textEdited, &m_form,
                         [form = &m_form, line](const QString& typed) { form->judge(line, typed); });
        editor = line;
    }
    editor->setAccessibleName(nameOf(field));
    remember(editor, path, field, value);
    return editor;
}

QComboBox* FormBuilder::choice(const QStringList& values, const QString& value, const QString& unset,
                               const QString& path)
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

void FormBuilder::explainValues(QComboBox* combo, const FieldDescriptor* field) const
{
    for (int i = 0; i < combo->count(); ++i) {
        const auto* value = field->enum_type()->FindValueByName(combo->itemText(i).section(u' ', 0, 0).toStdString());
        const QString about = value ? plain(m_form.m_revision->schema()->documentation(value)) : QString();
        if (!about.isEmpty())
            combo->setItemData(i, QVariant(u"<qt>"_s % about.toHtmlEscaped() % u"</qt>"_s), Qt::ToolTipRole);
    }
}

void FormBuilder::remember(QWidget* editor, const QString& path, const FieldDescriptor* field, const QString& value)
{
    editor->setProperty("path", path);
    editor->setProperty("value", value);
    if (field)
        editor->setProperty("field", QVariant::fromValue(static_cast<void*>(const_cast<FieldDescriptor*>(field))));
    editor->installEventFilter(&m_form);
    m_form.m_editors.insert(path, editor);
}

QHBoxLayout* FormBuilder::row(const QString& label, bool set, const QString& path, bool canClear,
                              const FieldDescriptor* field)
{
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    const bool deprecated = field && field->options().deprecated();
    const bool differs = !path.isEmpty() && m_form.differs(path);
    auto* name = new FieldLabel(differs, m_parent);
    name->setFixedWidth(labelWidth);
    QFont font = name->font();
    font.setStrikeOut(deprecated);
    name->setFont(font);
    name->setText(name->fontMetrics().elidedText(label, Qt::ElideMiddle, labelWidth));
    name->setAccessibleName(differs ? QObject::tr("%1, differs from what runs").arg(label) : label);
    name->setToolTip(field ? m_form.about(field) : label);
    name->setForegroundRole(set ? QPalette::WindowText : QPalette::PlaceholderText);
    line->addWidget(name);
    addRowEnd(line, label, set && canClear, path, field);
    m_layout->addLayout(line);
    return line;
}

// An arrow back to what runs where that is one value, else the cross that takes a set field out of the text.
void FormBuilder::addRowEnd(QHBoxLayout* line, const QString& label, bool canClear, const QString& path,
                            const FieldDescriptor* field)
{
    const auto running = path.isEmpty() ? std::nullopt : m_form.valueThatRuns(path, field);
    if (!running && (!canClear || path.isEmpty())) return line->addSpacing(clearWidth);
    auto* button = new QToolButton(m_parent);
    button->setIcon(glyphIcon(running ? u"reset"_s : u"x"_s, u"muted"_s));
    button->setAutoRaise(true);
    button->setFixedWidth(clearWidth);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(!running             ? QObject::tr("Remove %1 from the text").arg(label)
                       : running->isEmpty() ? QObject::tr("Remove %1, as what runs has none").arg(label)
                                            : QObject::tr("Back to %1, which runs").arg(*running));
    button->setAccessibleName(button->toolTip());
    button->setProperty("resets", running ? QVariant(path) : QVariant());
    QObject::connect(button, &QToolButton::clicked, &m_form, [form = &m_form, label, path, running] {
        if (!running || running->isEmpty()) Q_EMIT form->clearRequested(QObject::tr("Remove %1").arg(label), path);
        else Q_EMIT form->spliceRequested(QObject::tr("Reset %1").arg(label), path, *running);
    });
    line->addWidget(button);
}

QToolButton* FormBuilder::link(QHBoxLayout* line, const QString& text, std::function<void()> action,
                               const QString& glyph)
{
    auto* button = new TextButton(m_parent);
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    if (!glyph.isEmpty()) button->setIcon(glyphIcon(glyph, u"accent"_s));
    QPalette palette = button->palette();
    palette.setColor(QPalette::ButtonText, Theme::current().color("accent"));
    button->setPalette(palette);
    QObject::connect(button, &QToolButton::clicked, &m_form, std::move(action));
    line->addWidget(button, 0, Qt::AlignLeft);
    return button;
}

} // namespace ui::forms
