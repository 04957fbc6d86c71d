package graphapi

import (
	"compress/gzip"
	"maps"
	"net/http"
	"strings"
	"sync"
)

const (
	jsonContentType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
	bareContentType = "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
	diagnostic      = `{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"5","ScaleUnit":"001","RoleInstance":"SANDBOX000001"}}`
)

// write sends an answer with the service's headers, compressed if the client accepts it.
func write(w http.ResponseWriter, r *http.Request, res *response, ids requestIDs) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("request-id", ids.request)
	h.Set("client-request-id", ids.client)
	h.Set("x-ms-ags-diagnostic", diagnostic)
	h.Set("Date", ids.at.Format(http.TimeFormat))
	maps.Copy(h, res.header)
	if len(res.body) == 0 {
		w.WriteHeader(res.status)
		return
	}
	h.Set("Vary", "Accept-Encoding")
	if !strings.Contains(strings.ToLower(r.Header.Get("Accept-Encoding")), "gzip") {
		w.WriteHeader(res.status)
		_, _ = w.Write(res.body) // the client may be gone
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(res.status)
	packed, _ := packers.Get().(*gzip.Writer)
	defer packers.Put(packed)
	packed.Reset(w)
	_, _ = packed.Write(res.body)
	_ = packed.Close()
}

// packers are reused, because a new one allocates a megabyte.
var packers = sync.Pool{New: func() any {
	packed, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return packed
}}
