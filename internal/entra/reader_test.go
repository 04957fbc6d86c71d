package entra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
)

const graphScope = "https://graph.microsoft.com/.default"

func (f *fakeEntra) readerOptions() ReaderOptions {
	return ReaderOptions{
		Tenant: testTenant, AuthorityHost: f.URL, Scope: graphScope, HTTPClient: f.Client(),
		Sleep: func(context.Context, time.Duration) error { return nil },
	}
}

func TestApplicationReaderAsksOnce(t *testing.T) {
	calls := 0
	f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) { calls++; grant(w, jwt(nil)) })
	r := ApplicationReader(f.request())
	for range 3 {
		if v, err := r.Token(context.Background()); err != nil || v.Empty() {
			t.Fatal(err)
		}
	}
	if calls != 1 {
		t.Errorf("%d sign-ins", calls)
	}
}

func TestApplicationReaderErrors(t *testing.T) {
	f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 401, "invalid_client", 7000215) })
	_, err := ApplicationReader(f.request()).Token(context.Background())
	var re msg.Worded
	if !errors.As(err, &re) || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("got %v", err)
	}
	f.Close()
	_, err = ApplicationReader(f.request()).Token(context.Background())
	var ne *netfail.Error
	if !errors.As(err, &ne) || ne.Kind != netfail.Refused {
		t.Errorf("got %v", err)
	}
}

// deviceEntra answers device code requests, and polls with the given answers.
func deviceEntra(t *testing.T, polls ...func(http.ResponseWriter)) (*fakeEntra, *[]string) {
	var scopes []string
	f := newFakeEntra(t, nil)
	n := 0
	f.Server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/devicecode"):
			scopes = append(scopes, r.PostFormValue("scope"))
			answerJSON(w, 200, map[string]any{"device_code": "secret-device-code", "user_code": "ABC\x1b[31m", "verification_uri": "https://login.test/device", "interval": 7, "expires_in": 900})
		case strings.HasSuffix(r.URL.Path, "/token"):
			n++
			polls[min(n, len(polls))-1](w)
		default:
			f.serve(w, r)
		}
	})
	return f, &scopes
}

func TestDeviceCodeKeepsThePace(t *testing.T) {
	f, scopes := deviceEntra(t,
		func(w http.ResponseWriter) { refuse(w, 400, "authorization_pending", 70016) },
		func(w http.ResponseWriter) { refuse(w, 400, "slow_down", 70016) },
		func(w http.ResponseWriter) { grant(w, jwt(nil)) })
	o := f.readerOptions()
	var pauses []time.Duration
	o.Sleep = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
	var shown Prompt
	o.Prompt = func(p Prompt) { shown = p }
	v, err := DeviceCodeReader(o).Token(context.Background())
	if err != nil || v.Empty() {
		t.Fatal(err)
	}
	if fmt.Sprint(pauses) != "[7s 7s 12s]" {
		t.Errorf("pauses are %v", pauses)
	}
	if shown.URL != "https://login.test/device" || strings.Contains(shown.Code, "\x1b") || !strings.Contains(shown.Text().String(), "ABC") {
		t.Errorf("prompt is %+v", shown)
	}
	if !strings.Contains((*scopes)[0], "https://graph.microsoft.com/Application.Read.All") {
		t.Errorf("asked for %q", *scopes)
	}
}

func TestDeviceCodeDeclined(t *testing.T) {
	f, _ := deviceEntra(t, func(w http.ResponseWriter) { refuse(w, 400, "authorization_declined", 70019) })
	_, err := DeviceCodeReader(f.readerOptions()).Token(context.Background())
	if err == nil || err.Error() != "the sign-in was declined" || strings.Contains(fmt.Sprintf("%+v", err), "secret-device-code") {
		t.Errorf("got %v", err)
	}
}

func TestDeviceCodeFallsBackToDefaultScope(t *testing.T) {
	var scopes []string
	f := newFakeEntra(t, nil)
	f.Server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/devicecode"):
			scopes = append(scopes, r.PostFormValue("scope"))
			if len(scopes) == 1 {
				refuse(w, 400, "invalid_scope", 70011)
				return
			}
			answerJSON(w, 200, map[string]any{"device_code": "d", "user_code": "U", "verification_uri": "https://login.test/device", "expires_in": 900})
		case strings.HasSuffix(r.URL.Path, "/token"):
			grant(w, jwt(nil))
		default:
			f.serve(w, r)
		}
	})
	if _, err := DeviceCodeReader(f.readerOptions()).Token(context.Background()); err != nil || !strings.Contains(scopes[1], graphScope) {
		t.Errorf("got %v after %q", err, scopes)
	}
}

func TestBrowserSignsInOverLoopback(t *testing.T) {
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("code") != "the-code" || r.PostFormValue("code_verifier") == "" {
			t.Errorf("token request lacks code or verifier: %v", r.Form)
		}
		answerJSON(w, 200, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": jwt(nil), "scope": "https://graph.microsoft.com/Application.Read.All", "id_token": jwt(map[string]any{"tid": testTenant, "oid": "o"}), "client_info": "eyJ1aWQiOiJ1IiwidXRpZCI6InQifQ"})
	})
	o := f.readerOptions()
	shown := 0
	o.Prompt = func(p Prompt) { shown++ }
	o.OpenBrowser = func(page string) error {
		u, err := url.Parse(page)
		if err != nil {
			return err
		}
		q := u.Query()
		go func() {
			resp, err := http.PostForm(q.Get("redirect_uri"), url.Values{"code": {"the-code"}, "state": {q.Get("state")}})
			if err == nil {
				resp.Body.Close()
			}
		}()
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if v, err := BrowserReader(o).Token(ctx); err != nil || v.Empty() || shown != 1 {
		t.Errorf("got %v, shown %d times", err, shown)
	}
}

func TestBrowserDeclined(t *testing.T) {
	f := newFakeEntra(t, nil)
	o := f.readerOptions()
	o.OpenBrowser = func(page string) error {
		u, _ := url.Parse(page)
		go func() {
			resp, err := http.PostForm(u.Query().Get("redirect_uri"), url.Values{"error": {"access_denied"}, "error_description": {"AADSTS65004: declined"}})
			if err == nil {
				resp.Body.Close()
			}
		}()
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := BrowserReader(o).Token(ctx)
	var re msg.Worded
	if !errors.As(err, &re) || !strings.Contains(err.Error(), "AADSTS65004") {
		t.Errorf("got %v", err)
	}
}

// fakeAz puts an az that runs the shell script into the PATH.
func fakeAz(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake az is a shell script")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/bin:/usr/bin")
}

func TestAzureCLI(t *testing.T) {
	for name, tc := range map[string]struct{ script, token, text string }{
		"token":         {`echo "{\"accessToken\":\"t-$4-$6-$8\",\"expires_on\":4000000000}"`, "t-json-https://graph.microsoft.com-" + testTenant, ""},
		"not signed in": {`echo "ERROR: Please run 'az login' to setup account. secret-in-the-text" >&2; exit 1`, "", "is not signed in"},
		"refused":       {`echo "ERROR: AADSTS7000222: ended. secret-in-the-text" >&2; exit 1`, "", "AADSTS7000222"},
		"nonsense":      {`echo "secret-in-the-text"`, "", "returned no token"},
	} {
		t.Run(name, func(t *testing.T) {
			fakeAz(t, tc.script)
			o := ReaderOptions{Tenant: testTenant, Scope: graphScope}
			v, err := AzureCLIReader(o).Token(context.Background())
			if tc.text == "" {
				if err != nil || v.Reveal() != tc.token {
					t.Errorf("got %q, %v", v.Reveal(), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.text) || strings.Contains(fmt.Sprintf("%+v", err), "secret-in-the-text") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestManagedIdentity(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, 200, map[string]any{"access_token": "mi", "expires_on": "4000000000", "resource": "https://graph.microsoft.com", "token_type": "Bearer"})
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	defer s.Close()
	// As in Azure App Service.
	t.Setenv("IDENTITY_ENDPOINT", s.URL)
	t.Setenv("IDENTITY_HEADER", "header")
	v, err := ManagedIdentityReader(ReaderOptions{Scope: graphScope}).Token(context.Background())
	if err != nil || v.Reveal() != "mi" {
		t.Errorf("got %q, %v", v.Reveal(), err)
	}
	answer = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "secret-in-the-text", 400) }
	// MSAL keeps the first token for the whole process, so this needs another scope.
	_, err = ManagedIdentityReader(ReaderOptions{Scope: "https://graph.microsoft.us/.default"}).Token(context.Background())
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), "secret-in-the-text") {
		t.Errorf("got %v", err)
	}
}

func TestWorkloadIdentityReadsTheFileAnew(t *testing.T) {
	var sent []string
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.PostFormValue("client_assertion"))
		answerJSON(w, 200, map[string]any{"token_type": "Bearer", "expires_in": 60, "access_token": jwt(nil)})
	})
	n := 0
	r := WorkloadIdentityReader(f.request(), func() (secrets.Value, error) { n++; return secrets.NewValue(fmt.Sprint("jwt-", n)), nil })
	for range 2 {
		if _, err := r.Token(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(sent, " ") != "jwt-1 jwt-2" {
		t.Errorf("sent %v", sent)
	}
}
