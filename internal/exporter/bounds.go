package exporter

import (
	"net"
	"net/http"
	"strings"

	"golang.org/x/net/netutil"
)

// Bounds on what clients may ask for.
const (
	maxConnections = 2048
	maxHeader      = 16 << 10
	maxBody        = 4 << 10 // scrapes have none
)

// limited bounds how many connections are open at a time; others wait.
func limited(l net.Listener) net.Listener { return netutil.LimitListener(l, maxConnections) }

// guarded refuses requests that somebody else's DNS led here: a web page that
// gives its own name the address of this machine could otherwise read the names
// and ends of credentials (DNS rebinding). Where the exporter listens beyond
// loopback it has names that it cannot know, and takes any.
func guarded(next http.Handler, at net.Addr) http.Handler {
	tcp, ok := at.(*net.TCPAddr)
	local := ok && tcp.IP.IsLoopback()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if local && !loopback(r.Host) {
			http.Error(w, "the exporter answers for loopback names only", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// queued lets so many requests through at a time; others wait for their turn
// rather than being refused, since a refused scrape is a gap in the data.
func queued(next http.Handler, atOnce int) http.Handler {
	turn := make(chan struct{}, atOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}
