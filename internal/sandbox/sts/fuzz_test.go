package sts_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzTokenEndpoint looks for requests that get a token without the secret, or an invalid
// answer.
func FuzzTokenEndpoint(f *testing.F) {
	right := form().Encode()
	for _, body := range []string{
		right, form("client_secret", "wrong").Encode(), form("client_secret", "").Encode(),
		"grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=e30.e30.e30&client_id=" + appID,
		"grant_type=refresh_token&refresh_token=x", "grant_type=device_code&device_code=%zz", "grant_type=authorization_code&code=x", "%", "",
	} {
		f.Add(tokenPath, body, "application/x-www-form-urlencoded", "")
	}
	f.Add("/common/oauth2/token", right, "text/plain", "Basic YTpi")
	f.Add("/x/oauth2/v2.0/devicecode", "client_id=x", "application/x-www-form-urlencoded", "")
	b := newBench(f, small)
	f.Fuzz(func(t *testing.T, path, body, contentType, authorization string) {
		if !strings.HasPrefix(path, "/") {
			return
		}
		r, err := http.NewRequest(http.MethodPost, "https://"+host+path, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		var answer struct {
			Error string `json:"error"`
			Token string `json:"access_token"`
		}
		isJSON := json.Unmarshal(w.Body.Bytes(), &answer) == nil
		switch {
		case w.Code >= 500:
			t.Errorf("%s %q: status %d", path, body, w.Code)
		case answer.Token != "" && !strings.Contains(body+authorization, "first"):
			t.Errorf("%s %q gets a token", path, body)
		case isJSON && strings.Contains(path, "/token") && w.Code >= 400 && answer.Error == "":
			t.Errorf("%s %q: status %d without an error: %s", path, body, w.Code, w.Body)
		}
	})
}

// FuzzBearer looks for forged access tokens that are accepted.
func FuzzBearer(f *testing.F) {
	b := newBench(f, small)
	own := decode[struct {
		Token string `json:"access_token"`
	}](f, b.post(tokenPath, form())).Token
	if _, err := b.Check(own); err != nil {
		f.Fatal(err)
	}
	f.Add(0, "x")
	f.Add(len(own)-1, "")
	f.Add(30, "A")
	f.Fuzz(func(t *testing.T, at int, change string) {
		// Replace the end of the valid token.
		at = max(at, -at, 0) % len(own)
		altered := own[:at] + change
		if sameToken(altered, own) {
			return
		}
		if caller, err := b.Check(altered); err == nil {
			t.Errorf("a token with %q from %d on speaks for %+v", change, at, caller)
		}
		if _, err := b.CheckManagement(altered); err == nil {
			t.Error("a token for Graph opens another door")
		}
	})
}

// sameToken compares tokens as parsers do: the last character of a part has unused bits.
func sameToken(a, b string) bool {
	one, other := strings.Split(a, "."), strings.Split(b, ".")
	if len(one) != len(other) {
		return false
	}
	for i := range one {
		x, errX := base64.RawURLEncoding.DecodeString(strings.TrimRight(one[i], "="))
		y, errY := base64.RawURLEncoding.DecodeString(other[i])
		if errX != nil || errY != nil || string(x) != string(y) {
			return false
		}
	}
	return true
}
