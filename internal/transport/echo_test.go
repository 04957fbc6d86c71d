package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
)

const sentSecret = `Zk8Q~"pa<th>&qu%ery/+ Zk8Q~`

// ask sends a form to a handler through withoutEchoes and returns the answer.
func ask(t *testing.T, form url.Values, token string, h http.HandlerFunc) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := withoutEchoes(http.DefaultTransport).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestEchoesAreHiddenInEveryForm(t *testing.T) {
	asJSON, err := json.Marshal(sentSecret)
	if err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]string{
		"plain": sentSecret, "JSON": string(asJSON), "query": url.QueryEscape(sentSecret), "path": url.PathEscape(sentSecret), "HTML": html.EscapeString(sentSecret),
	} {
		resp, body := ask(t, url.Values{"client_secret": {sentSecret}}, "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://portal.example/?back="+url.QueryEscape(sentSecret))
			fmt.Fprintf(w, "<title>%s</title>", form)
		})
		if strings.Contains(body, "Zk8Q") || !strings.Contains(body, "[redacted]") {
			t.Errorf("%s: the body is %s", name, body)
		}
		if got := resp.Header.Get("Location"); got != "https://portal.example/?back=[redacted]" {
			t.Errorf("%s: the redirect is to %s", name, got)
		}
	}
}

func TestEchoOfATokenIsHidden(t *testing.T) {
	const token = "eyJ0eXAiOiJKV1QifQ.eyJhIjoxfQ.c2lnbmF0dXJl"
	_, body := ask(t, nil, token, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header) })
	if strings.Contains(body, token) {
		t.Error(body)
	}
}

// Values that an answer may legitimately contain are not changed.
func TestAnswersWithoutEchoAreLeftAlone(t *testing.T) {
	const id = "5d0e6f52-8a3b-4c07-9a52-1f6be0c3d7a4"
	for name, form := range map[string]url.Values{
		"an identifier as the secret": {"client_secret": {id}},
		"a word as the secret":        {"client_secret": {"error_description"}},
		"a short secret":              {"client_secret": {"Summer2024"}},
		"a refresh token":             {"refresh_token": {"0.AXoA-a-token-that-may-come-again"}},
		"no secret":                   {},
	} {
		want := fmt.Sprintf(`{"error_description":"%s Summer2024","refresh_token":"0.AXoA-a-token-that-may-come-again"}`, id)
		if _, got := ask(t, form, "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, want) }); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A word is found however the network splits it, and nothing else changes.
func TestHidingAcrossReads(t *testing.T) {
	words := forms([]string{sentSecret})
	for _, text := range []string{"", "Z", sentSecret, sentSecret + sentSecret, "a" + sentSecret + "b" + sentSecret[:9], strings.Repeat("Zk8Q~", 50) + sentSecret} {
		want := strings.ReplaceAll(text, sentSecret, hidden)
		for name, cut := range map[string]func(io.Reader) io.Reader{"byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader, "end with the data": iotest.DataErrReader} {
			got, err := io.ReadAll(newHiding(io.NopCloser(cut(strings.NewReader(text))), words))
			if err != nil || string(got) != want {
				t.Errorf("%s: %q became %q, %v", name, text, got, err)
			}
		}
		got, err := io.ReadAll(iotest.OneByteReader(newHiding(io.NopCloser(bytes.NewReader([]byte(text))), words)))
		if err != nil || string(got) != want {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}

// The error of an incomplete answer is passed on.
func TestHidingKeepsTheError(t *testing.T) {
	body := io.NopCloser(io.MultiReader(strings.NewReader("half of it"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	got, err := io.ReadAll(newHiding(body, forms([]string{sentSecret})))
	if string(got) != "half of it" || err != io.ErrUnexpectedEOF {
		t.Errorf("%q, %v", got, err)
	}
}
