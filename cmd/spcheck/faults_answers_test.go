package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crypto/x509"
)

func putFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// answering answers the requests that match in the sandbox's place.
func answering(match func(*http.Request) bool, answer http.HandlerFunc) frontOptions {
	return frontOptions{meddle: inBatches(match, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !match(r) {
			next.ServeHTTP(w, r)
			return
		}
		answer(w, r)
	})}
}

// editing changes the body of right answers to requests that match.
func editing(match func(*http.Request) bool, edit func(r *http.Request, body []byte) []byte) frontOptions {
	return frontOptions{meddle: inBatches(match, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !match(r) {
			next.ServeHTTP(w, r)
			return
		}
		got := httptest.NewRecorder()
		next.ServeHTTP(got, r)
		body := got.Body.Bytes()
		if got.Code == http.StatusOK {
			body = edit(r, body)
		}
		maps.Copy(w.Header(), got.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(got.Code)
		_, _ = w.Write(body)
	})}
}

// inBatches lets a fault of single requests reach the parts of a batch as well.
func inBatches(match func(*http.Request) bool, meddle meddler) meddler {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if match(r) || !strings.HasSuffix(r.URL.Path, "/$batch") {
			meddle(w, r, next)
			return
		}
		var in struct {
			Requests []struct{ ID, Method, URL string }
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		var out []any
		for _, p := range in.Requests {
			part := r.Clone(r.Context())
			part.Method, part.Body, part.ContentLength = p.Method, http.NoBody, 0
			part.URL, _ = part.URL.Parse(strings.TrimSuffix(r.URL.Path, "/$batch") + p.URL)
			part.RequestURI = part.URL.RequestURI()
			part.Header.Del("Accept-Encoding")
			got := httptest.NewRecorder()
			meddle(got, part, next)
			var body any = json.RawMessage(got.Body.Bytes())
			if !json.Valid(got.Body.Bytes()) {
				body = got.Body.String()
			}
			out = append(out, map[string]any{"id": p.ID, "status": got.Code, "body": body})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"responses": out})
	}
}

// editingJSON changes the parsed body of right answers.
func editingJSON(match func(*http.Request) bool, edit func(r *http.Request, body map[string]any)) frontOptions {
	return editing(match, func(r *http.Request, body []byte) []byte {
		var fields map[string]any
		if json.Unmarshal(body, &fields) != nil {
			return body
		}
		edit(r, fields)
		out, _ := json.Marshal(fields) // it came out of JSON
		return out
	})
}

// isDiscovery matches the OpenID configuration.
func isDiscovery(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration")
}

// isList matches lists of applications and service principals, and what changed in
// them.
func isList(r *http.Request) bool {
	path := strings.TrimSuffix(r.URL.Path, "/delta")
	return r.Method == http.MethodGet && (strings.HasSuffix(path, "/applications") || strings.HasSuffix(path, "/servicePrincipals"))
}

// saysJSON answers with a body as JSON.
func saysJSON(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// nested is JSON of a depth that no service sends.
func nested(depth int) string {
	return `{"value":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
}

// bomb is a small answer that unpacks to half a gigabyte.
func bomb() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packedBomb())
	}
}

// packedBomb is gzip in many members, since those that are equal are packed only once.
var packedBomb = sync.OnceValue(func() []byte {
	return slices.Concat(gzipped(`{"value":[`), bytes.Repeat(gzipped(strings.Repeat(" ", 1<<20)), 512))
})

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

// endless writes until the client has had enough.
func endless(begin, piece string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, begin)
		chunk := []byte(strings.Repeat(piece, 1+(32<<10)/len(piece)))
		for range 4096 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

// wrongLength promises more than it sends.
func wrongLength(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1000))
		_, _ = io.WriteString(w, body)
		panic(http.ErrAbortHandler)
	}
}

// redirecting leads elsewhere.
func redirecting(status int, to func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to(r))
		w.WriteHeader(status)
	}
}

func elsewhere(*http.Request) string { return "https://portal.invalid/login" }
func itself(r *http.Request) string  { return "https://" + r.Host + r.URL.RequestURI() }

// linking sets the link of every page to what next says.
func linking(next func(r *http.Request) any) frontOptions {
	return editingJSON(isList, func(r *http.Request, body map[string]any) { body["@odata.nextLink"] = next(r) })
}

// everNew links to another page each time, which is the same one.
func everNew() func(*http.Request) any {
	var n atomic.Int64
	return func(r *http.Request) any {
		return fmt.Sprintf("https://%s%s?$top=999&x=%d", r.Host, r.URL.Path, n.Add(1))
	}
}

// otherItems adds items to every page, before and behind those of the tenant.
func otherItems(items ...any) frontOptions {
	return editingJSON(isList, func(_ *http.Request, body map[string]any) {
		list, _ := body["value"].([]any)
		body["value"] = append(append(append([]any{}, items...), list...), items...)
	})
}

// eachItem changes one item of every page: the one of that name.
func eachItem(name string, change func(map[string]any)) frontOptions {
	return editingJSON(isList, func(_ *http.Request, body map[string]any) {
		list, _ := body["value"].([]any)
		for _, i := range list {
			if o, ok := i.(map[string]any); ok && o["displayName"] == name {
				change(o)
			}
		}
	})
}

// passwordsOf changes the password credentials of an item.
func passwordsOf(change func(map[string]any)) func(map[string]any) {
	return func(o map[string]any) {
		list, _ := o["passwordCredentials"].([]any)
		for _, p := range list {
			if c, ok := p.(map[string]any); ok {
				change(c)
			}
		}
	}
}

// after lets a number of requests that match pass, and answers those that follow.
func after(n int64, match func(*http.Request) bool, answer http.HandlerFunc) frontOptions {
	var seen atomic.Int64
	return answering(func(r *http.Request) bool { return match(r) && seen.Add(1) > n }, answer)
}

const graphRefusal = `{"error":{"code":%q,"message":%q,"innerError":{"request-id":"5f1d0c3a-7b2e-4a86-9d10-8e4c6b2f7a53"}}}`
