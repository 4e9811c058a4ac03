// Builds the rows of a form out of descriptors. Internal to ui/forms.
#pragma once

#include "ui/forms/field_value.h"
#include "ui/forms/node_form.h"
#include "ui/forms/spot.h"

#include <QVBoxLayout>

#include <functional>

class QComboBox;
class QToolButton;

namespace ui::forms {

/// One use builds one form. Fields that are set, required or few are shown; the rest waits behind "N more fields".
class FormBuilder final {
public:
    FormBuilder(NodeForm& form, QWidget* parent);
    QVBoxLayout* layout() const { return m_layout; }
    /// Rows of the message at `path`; `depth` limits nesting.
    void addMessage(const Spot& spot, const QString& path, int depth);

private:
    using Field = google::protobuf::FieldDescriptor;
    using Owner = google::protobuf::Message;
    void addField(const Spot& owner, const Field* field, const QString& path, int depth);
    void addOneof(const Spot& owner, const google::protobuf::OneofDescriptor* oneof, const QString& path, int depth);
    void addScalar(const Owner* owner, const Field* field, const QString& path, int index = -1);
    void addGroup(const Spot& owner, const Field* field, const QString& path, int depth);
    void addAny(const Spot& owner, const Field* field, const QString& path, int depth);
    void addList(const Spot& owner, const Field* field, const QString& path, int depth);
    void addCard(const Spot& owner, const Field* field, const QString& path, int index, int size, int depth);
    void addFindings(const QString& path);
    void addMore(const QString& path, int count);
    void addKey(QHBoxLayout* line, const Field* field, const QString& path);
    QWidget* oneofChoice(const QStringList& names, int chosen, bool canClear, const QString& path,
                         std::function<void(int)> choose);
    QWidget* editorFor(const Owner* owner, const Field* field, const QString& path, int index);
    QComboBox* choice(const QStringList& values, const QString& value, const QString& unset, const QString& path);
    void explainValues(QComboBox* combo, const Field* field) const;
    bool isWanted(const Spot& spot, const Field* field, const QString& path, int depth) const;
    /// Label, room for the editor, and at the right the cross that takes a set field out of the text.
    QHBoxLayout* row(const QString& label, bool isSet, const QString& path, bool canClear = true,
                     const Field* field = nullptr);
    QHBoxLayout* heading(const QString& title, const QString& path, bool open, bool isCard);
    void addRowEnd(QHBoxLayout* line, const QString& label, bool set, const QString& path, const Field* field);
    QToolButton* link(QHBoxLayout* row, const QString& text, std::function<void()> action, const QString& glyph = {});
    void remember(QWidget* editor, const QString& path, const Field* field, const QString& value);

    NodeForm& m_form;
    QWidget* m_parent;
    QVBoxLayout* m_layout;
};

} // namespace ui::forms
