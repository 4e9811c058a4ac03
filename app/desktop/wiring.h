// Wiring: the one place that knows both the window and the services behind it.
#pragma once

namespace ui {
class MainWindow;
}

namespace app::desktop {

class Session;

/// Connects what the window asks for with what the session does, and what the session knows with what the window shows.
/// Connections end with whichever goes first.
void wire(ui::MainWindow& window, Session& session);

} // namespace app::desktop
