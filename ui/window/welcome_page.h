// What the window shows while no file is open.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace ui {

/// Start, recent places, the demo, a place to drop files. Says what the user wants; the window does it.
class WelcomePage final : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void showRecent(const QStringList& places);
    /// The demo and attaching stand here only when somebody can do them.
    void offerDemo();
    void offerAttach();
    void showAttachResult(const QString& text, bool ok);

Q_SIGNALS:
    void openRequested();
    void newRequested();
    void placeRequested(const QString& place);
    void attachRequested(const QString& address);
    void demoRequested();
    void clearRecentRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* m_left;
    QVBoxLayout* m_start;
    QVBoxLayout* m_recent;
    QVBoxLayout* m_right;
    QLineEdit* m_address = nullptr;
    QLabel* m_attachResult = nullptr;
};

} // namespace ui
