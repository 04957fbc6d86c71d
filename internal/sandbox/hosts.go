package sandbox

import (
	"net"
	"slices"
	"strings"

	"golang.org/x/net/netutil"

	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// hosts are the names that the sandbox answers to. Requests for other names, which
// foreign DNS can send here, are refused.
type hosts struct {
	own, logins, graphs, managements []string
}

func newHosts(addr, asked string, viaProxy bool) *hosts {
	h := &hosts{own: []string{"127.0.0.1", "localhost", "::1"}}
	for _, a := range []string{addr, asked} {
		if host, _, err := net.SplitHostPort(a); err == nil && host != "" && !slices.Contains(h.own, host) {
			h.own = append(h.own, strings.ToLower(host))
		}
	}
	if viaProxy {
		h.logins, h.graphs, h.managements = sts.Hosts()
	}
	return h
}

// names returns the names in the server certificate.
func (h *hosts) names() []string { return append(slices.Clone(h.own), h.microsoft()...) }

// microsoft returns the names that only the proxy sends here.
func (h *hosts) microsoft() []string { return slices.Concat(h.logins, h.graphs, h.managements) }

// role is the purpose of a request by its host.
type role int

const (
	foreign    role = iota // not the sandbox
	both                   // its own address: sign-in, and Graph under its versions
	login                  // a Microsoft sign-in host
	graph                  // a Microsoft Graph host
	management             // Azure Resource Manager
)

func (h *hosts) role(host string) role {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	switch {
	case slices.Contains(h.own, name):
		return both
	case slices.Contains(h.logins, name):
		return login
	case slices.Contains(h.graphs, name):
		return graph
	case slices.Contains(h.managements, name):
		return management
	}
	return foreign
}

// reachable returns the address for clients on this machine: loopback if the listener is
// on all interfaces.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}).String()
}

// limited limits the number of open connections.
func limited(l net.Listener, n int) net.Listener { return netutil.LimitListener(l, n) }
