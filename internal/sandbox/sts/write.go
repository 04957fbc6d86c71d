package sts

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// setHeaders sets the headers of all answers. code is the AADSTS code, 0 for success.
func setHeaders(h http.Header, x exchange, code int) {
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("P3P", `CP="DSP CUR OTPi IND OTRi ONL FIN"`)
	h.Set("X-XSS-Protection", "0")
	// The service sends the ID even to clients with return-client-request-id: false
	// (recordings).
	h.Set("client-request-id", x.correlationID)
	h.Set("x-ms-request-id", x.traceID)
	h.Set("x-ms-ests-server", "2.1.0.0 - SANDBOX ProdSlices")
	if code == 0 {
		h.Set("x-ms-srs", "1.P")
	}
	h.Set("x-ms-clitelem", "1,"+strconv.Itoa(code)+",0,,")
}

// uncached forbids caching of an answer that concerns a credential.
func uncached(h http.Header) {
	h.Set("Cache-Control", "no-store, no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "-1")
	h.Add("Set-Cookie", "fpc="+opaque(24)+"; path=/; secure; HttpOnly; SameSite=None")
	h.Add("Set-Cookie", "x-ms-gateway-slice=estsfd; path=/; secure; httponly")
	h.Add("Set-Cookie", "stsservicecookie=estsfd; path=/; secure; httponly")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		http.Error(w, "the sandbox could not write its answer", http.StatusInternalServerError)
		return
	}
	out := bytes.TrimSuffix(body.Bytes(), []byte("\n"))
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	w.WriteHeader(status)
	_, _ = w.Write(out) // the client may be gone
}

// refuse answers with a refusal.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, x exchange, why *Refusal) {
	setHeaders(w.Header(), x, why.decisive())
	uncached(w.Header())
	writeJSON(w, why.Status, why.body(s.now(), x, s.errorHost(r)))
}

// document answers with a public document.
func document(w http.ResponseWriter, x exchange, v any) {
	setHeaders(w.Header(), x, 0)
	h := w.Header()
	h.Del("x-ms-clitelem")
	h.Set("Cache-Control", "max-age=86400, private")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, OPTIONS")
	writeJSON(w, http.StatusOK, v)
}
