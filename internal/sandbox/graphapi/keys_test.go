package graphapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	patchApp = "/v1.0/applications/" + appObject
	heldKey  = "92031425-0009-4000-8000-00000000a001"
)

// certificateFor makes a certificate that expires a year after testNow.
func certificateFor(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "harbour"}, NotBefore: testNow.AddDate(0, -1, 0), NotAfter: testNow.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// keysBody is a PATCH with a new certificate and, if keep is set, the existing one.
func keysBody(t *testing.T, keep bool, members map[string]any) string {
	t.Helper()
	list := []map[string]any{members}
	if keep {
		list = append([]map[string]any{{"keyId": heldKey, "key": nil}}, members)
	}
	body, err := json.Marshal(map[string]any{"keyCredentials": list})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestCertificateIsAddedAndReplaced(t *testing.T) {
	s := start(t, nil)
	der := certificateFor(t)
	sum := sha1.Sum(der)
	// Azure CLI sends the line breaks of its PEM file.
	encoded := base64.StdEncoding.EncodeToString(der)
	encoded = encoded[:64] + "\n" + encoded[64:] + "\n"
	s.do("PATCH", "all", patchApp, keysBody(t, true, map[string]any{"key": encoded, "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": nil})).want(t, 204, "")
	keys := s.get(patchApp + "?$select=keyCredentials").json["keyCredentials"].([]any)
	if len(keys) != 2 || keys[0].(map[string]any)["keyId"] != heldKey {
		t.Fatalf("got %v", keys)
	}
	added := keys[1].(map[string]any)
	if added["key"] != base64.StdEncoding.EncodeToString(der) || added["customKeyIdentifier"] != base64.StdEncoding.EncodeToString(sum[:]) ||
		added["displayName"] != "CN=harbour" || added["endDateTime"] != testNow.AddDate(1, 0, 0).Truncate(time.Second).Format(time.RFC3339) {
		t.Errorf("added %v", added)
	}
	// A list that leaves one out removes it.
	s.do("PATCH", "all", patchApp, `{"keyCredentials":[]}`).want(t, 204, "")
	if left := s.get(patchApp).json["keyCredentials"].([]any); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestRefusedCertificates(t *testing.T) {
	s := start(t, func(t *directory.Tenant) {
		t.Applications[0].Lock = &directory.Lock{Enabled: true, AllProperties: true}
	})
	der := base64.StdEncoding.EncodeToString(certificateFor(t))
	late := testNow.AddDate(2, 0, 0).Format(time.RFC3339)
	for body, message := range map[string]string{
		keysBody(t, true, map[string]any{"key": der, "endDateTime": late}):                 "Key credential end date is invalid.",
		keysBody(t, true, map[string]any{"key": "AAAA"}):                                   "Invalid value specified for property 'keyCredentials' of resource 'KeyCredential'.",
		keysBody(t, true, map[string]any{"keyId": "4d5e6f70-0004-4000-8000-00000000ffff"}): "Invalid value specified for property 'keyCredentials' of resource 'KeyCredential'.",
		keysBody(t, true, map[string]any{"key": der, "keyId": "one"}):                      "Cannot convert the literal 'one' to the expected type 'Edm.Guid'.",
		`{"keyCredentials":{}}`: unreadable().message,
	} {
		if a := s.do("PATCH", "all", patchApp, body); a.StatusCode != 400 || a.message() != message {
			t.Errorf("%d %q, want %q", a.StatusCode, a.message(), message)
		}
	}
	if keys := s.get(patchApp).json["keyCredentials"].([]any); len(keys) != 1 {
		t.Errorf("a refused PATCH left %v", keys)
	}
	s.do("PATCH", "all", "/v1.0/servicePrincipals/"+spObject, keysBody(t, false, map[string]any{"key": der})).want(t, 400, "CannotUpdateLockedServicePrincipalProperty")
}

func TestCreateServicePrincipal(t *testing.T) {
	s := start(t, nil)
	const path, other = "/v1.0/servicePrincipals", "2b3c4d5e-0002-4000-8000-00000000a002"
	s.do("POST", "reader", path, `{"appId":"`+other+`"}`).want(t, 403, "Authorization_RequestDenied")
	s.do("POST", "all", path, `{"appId":"`+strings.Replace(other, "a002", "ffff", 1)+`"}`).want(t, 400, "NoBackingApplicationObject")
	s.do("POST", "all", path, `{"appId":"`+appClient+`"}`).want(t, 409, "Request_MultipleObjectsWithSameKeyValue")
	made := s.do("POST", "owned", path, `{"appId":"`+other+`","accountEnabled":true,"tags":["x"]}`)
	made.want(t, 201, "")
	if made.json["appOwnerOrganizationId"] != tenantID || made.json["displayName"] != "O'Hara & Söhne + 50%" {
		t.Errorf("made %v", made.json)
	}
	id, _ := made.json["id"].(string)
	if found := s.get(path + "(appId='" + other + "')"); found.json["id"] != id {
		t.Errorf("found %v", found.json)
	}
	if owners := s.get(path + "/" + id + "/owners").names(); owners != "Deputy" {
		t.Errorf("owned by %q", owners)
	}
}

// TestPropertiesThatCannotBeSet checks that refusals of the service and limits of the
// sandbox look different.
func TestPropertiesThatCannotBeSet(t *testing.T) {
	s := start(t, nil)
	for body, want := range map[string]struct {
		status int
		code   string
	}{
		`{"publisherDomain":"harbour.test"}`:       {400, "Request_BadRequest"},
		`{"notes":"mine"}`:                         {501, "NotImplemented"},
		`{"nonsense":1}`:                           {400, "BadRequest"},
		`{"displayName":"Renamed","notes":"mine"}`: {501, "NotImplemented"},
	} {
		s.do("PATCH", "all", patchApp, body).want(t, want.status, want.code)
	}
	if name := s.get(patchApp).json["displayName"]; name != "MailBridge" {
		t.Errorf("a refused PATCH left the name %v", name)
	}
}
