// Package proxy is a CONNECT proxy that leads Microsoft's host names to the
// sandbox and refuses every other destination, for clients whose hosts are built
// in.
package proxy

import (
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/elazarl/goproxy"
)

// New makes a proxy that connects the hosts, on port 443, to the address to. A
// destination of to itself is let through as well.
func New(to string, hosts []string) http.Handler {
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		if host == to || known(host, hosts) {
			return goproxy.OkConnect, to
		}
		return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: refuse}, host
	})
	// Plain HTTP goes nowhere: sign-in and Graph speak TLS only.
	p.OnRequest().DoFunc(func(r *http.Request, _ *goproxy.ProxyCtx) (*http.Request, *http.Response) {
		return r, goproxy.NewResponse(r, goproxy.ContentTypeText, http.StatusForbidden, refusal)
	})
	p.NonproxyHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, refusal, http.StatusForbidden)
	})
	return p
}

const refusal = "the spcheck sandbox leads to Microsoft's sign-in and Graph hosts only\n"

func known(hostport string, hosts []string) bool {
	host, port, err := net.SplitHostPort(hostport)
	return err == nil && port == "443" && slices.Contains(hosts, strings.ToLower(host))
}

func refuse(_ *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
	_, _ = io.WriteString(client, "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "+
		strconv.Itoa(len(refusal))+"\r\n\r\n"+refusal)
	_ = client.Close()
}
