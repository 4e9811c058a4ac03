// Two texts side by side: lines that are equal stand beside each other.
#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace ui::push {

/// One row of the two columns. A side that has no such line is null.
struct DiffRow {
    QString left, right;
    bool equal = false;
};

/// Pairs the lines. The longest common sequence decides between the equal ends; when what lies between is longer than
/// `mostLines` on a side, it is one block removed and one added.
std::vector<DiffRow> sideBySide(const QStringList& before, const QStringList& after, int mostLines = 1500);

} // namespace ui::push
