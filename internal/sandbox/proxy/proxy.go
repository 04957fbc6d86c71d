// Package proxy is a CONNECT proxy that directs Microsoft's host names to the sandbox and
// refuses all others. It is for clients with built-in hosts.
package proxy

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// New returns a proxy that connects the hosts, on port 443, to the address to. Clients
// may also name that address itself. Plain HTTP is refused, because sign-in and Graph
// only use TLS.
func New(to string, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != to && !known(r.Host, hosts) {
			http.Error(w, "the spcheck sandbox connects to Microsoft's sign-in and Graph hosts only", http.StatusForbidden)
			return
		}
		server, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(r.Context(), "tcp", to)
		if err != nil {
			http.Error(w, "the sandbox does not answer", http.StatusBadGateway)
			return
		}
		defer server.Close()
		client, sent, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, "this connection does not support tunnels", http.StatusHTTPVersionNotSupported)
			return
		}
		defer client.Close()
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		tunnel(client, sent, server)
	})
}

// tunnel copies bytes in both directions until one side ends. sent starts with bytes that
// the client has already sent.
func tunnel(client net.Conn, sent io.Reader, server net.Conn) {
	done := make(chan struct{}, 2)
	carry := func(to io.Writer, from io.Reader) {
		_, _ = io.Copy(to, from)
		done <- struct{}{}
	}
	go carry(server, sent)
	go carry(client, server)
	<-done
}

func known(hostport string, hosts []string) bool {
	host, port, err := net.SplitHostPort(hostport)
	return err == nil && port == "443" && slices.Contains(hosts, strings.ToLower(host))
}
