// Types into a program that runs on Qt's VNC platform: a user without a display.
#pragma once

#include <QTcpSocket>
#include <QtEndian>
#include <QtTest>

/// The client's half of RFB 3.3 (RFC 6143), as much as sending keys needs.
class RemoteKeys final {
public:
    /// Waits until the program listens.
    bool connectTo(quint16 port, int limitMs = 20000)
    {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < limitMs) {
            m_socket.abort();
            m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
            if (m_socket.waitForConnected(500) && shakeHands()) return true;
            QTest::qWait(100);
        }
        return false;
    }
    /// One key with Control held down.
    void control(char key)
    {
        send(controlKey, true);
        press(static_cast<quint32>(key));
        send(controlKey, false);
    }
    void type(const char* text)
    {
        for (; *text; ++text) press(static_cast<quint32>(*text));
    }

private:
    static constexpr quint32 controlKey = 0xffe3; ///< Control_L of X11's keysymdef.h.

    // Version, security "none" chosen by the server, "shared", then the server's description of its screen.
    bool shakeHands()
    {
        if (read(12).left(4) != "RFB ") return false;
        m_socket.write("RFB 003.003\n");
        if (read(4) != QByteArray("\0\0\0\1", 4)) return false;
        m_socket.write("\1");
        const QByteArray screen = read(24);
        return screen.size() == 24 && !read(qFromBigEndian<qint32>(screen.constData() + 20)).isNull();
    }
    QByteArray read(qint64 size)
    {
        while (m_socket.bytesAvailable() < size)
            if (!m_socket.waitForReadyRead(2000)) return {};
        return m_socket.read(size);
    }
    void press(quint32 key)
    {
        send(key, true);
        send(key, false);
    }
    void send(quint32 key, bool down)
    {
        char event[8] = {4, static_cast<char>(down), 0, 0};
        qToBigEndian(key, event + 4);
        m_socket.write(event, sizeof event);
        m_socket.waitForBytesWritten(1000);
    }

    QTcpSocket m_socket;
};
