// Sockets as the proxy uses them: non-blocking TCP, closed on exec, without Nagle's delay.
#pragma once

#include "proxy/net/address.h"

namespace proxy::net {

/// Binds a socket with SO_REUSEPORT. `bound` receives the real address. Errors: Rejected (in use ...).
/// `takesV4`: an IPv6 socket takes IPv4 clients, too.
model::Result<int> bindTcp(const Address& address, Address& bound, bool takesV4 = false);
/// Clients are let in from now on; until then they are refused.
model::Result<void> startListening(int fd, int backlog);
/// Starts to connect; the answer comes as EPOLLOUT. Returns -1 with errno when it failed at once.
int connectTcp(const Address& address);
/// Takes one connection; -1 when there is none.
int acceptTcp(int listener, Address& peer);
Address localAddress(int fd);
/// The first IPv4 address of this machine that is not a loopback one; 127.0.0.1 when there is none.
Address firstOwnAddress();
/// Result of a connect that became writable: 0 or an errno.
int socketError(int fd);
/// Makes close() send RST instead of FIN.
void resetOnClose(int fd);

} // namespace proxy::net
