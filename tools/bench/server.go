package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// pageServer is a sign-in service and Graph that cost next to nothing, so that
// the client is what is measured: the objects of a page are made and packed once,
// and each answer only gets a nextLink of its own in front, as a gzip member of
// its own. It is no model of Graph; the sandbox is.
type pageServer struct {
	address string
	delay   time.Duration
	// objects of each collection.
	objects int
	bodies  map[string][][]byte // by collection: packed objects, several variants
	rest    map[string][]byte   // the packed last page
}

const (
	pageSize = 999
	variants = 8
)

// serve listens until the process is killed, after it has printed its address
// and written its CA.
func serve(args []string) error {
	objects, _ := strconv.Atoi(args[0])
	delay, _ := time.ParseDuration(args[1])
	authority, err := pki.New()
	if err != nil {
		return err
	}
	if err := os.WriteFile(args[2], authority.PEM(), 0o600); err != nil {
		return err
	}
	certificate, err := authority.Server("127.0.0.1")
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &pageServer{address: "https://" + l.Addr().String(), delay: delay, objects: objects / 2, bodies: map[string][][]byte{}, rest: map[string][]byte{}}
	s.prepare()
	fmt.Fprintln(os.Stdout, s.address)
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}}
	return server.ServeTLS(l, "", "")
}

func (s *pageServer) prepare() {
	for _, collection := range []string{"applications", "servicePrincipals"} {
		full := min(s.objects, pageSize)
		for v := range variants {
			s.bodies[collection] = append(s.bodies[collection], pack(valuesOf(collection, full, v)))
		}
		rest := s.objects % pageSize
		if rest == 0 {
			rest = full
		}
		s.rest[collection] = pack(valuesOf(collection, rest, 0))
	}
}

func pack(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// valuesOf writes objects as Graph sends them for the $select of a scan: two of
// three applications have secrets, one service principal in ten.
func valuesOf(collection string, n, seed int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), uint64(len(collection)))) //nolint:gosec // nothing here is secret
	var b bytes.Buffer
	b.WriteString(`"value":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		key := fmt.Sprintf("%s/%d/%d", collection, seed, i)
		fmt.Fprintf(&b, `{"id":"%s","appId":"%s","displayName":"Payroll Sync %05d"`, directory.StableID("o"+key), directory.StableID(fmt.Sprintf("c%d/%d", seed, i)), i)
		count := r.IntN(3)
		if collection == "servicePrincipals" {
			b.WriteString(`,"servicePrincipalType":"Application","appOwnerOrganizationId":"` + tenantOf(0) + `","preferredSingleSignOnMode":null`)
			count = max(0, r.IntN(10)-8)
		}
		b.WriteString(`,"passwordCredentials":[`)
		for j := range count {
			if j > 0 {
				b.WriteByte(',')
			}
			end := time.Now().AddDate(0, 0, r.IntN(1400)-200).UTC()
			fmt.Fprintf(&b, `{"customKeyIdentifier":null,"displayName":"rotated","endDateTime":"%s","hint":"x%02d","keyId":"%s","secretText":null,"startDateTime":"%s"}`,
				end.Format(time.RFC3339Nano), r.IntN(100), directory.StableID(fmt.Sprint("k", key, j)), end.AddDate(-2, 0, 0).Format(time.RFC3339Nano))
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// tenantOf is the GUID of the n-th simulated tenant.
func tenantOf(n int) string { return fmt.Sprintf("5b000000-0000-4000-8000-%012d", n) }

func (s *pageServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		tenant := strings.Split(r.URL.Path, "/")[1]
		base := s.address + "/" + tenant
		answer(w, map[string]string{"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize"})
	case strings.HasSuffix(r.URL.Path, "/token"):
		answer(w, map[string]any{"access_token": token(strings.Split(r.URL.Path, "/")[1]), "expires_in": 3599, "token_type": "Bearer"})
	default:
		s.page(w, r)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// token is nobody's: this server does not look at it.
func token(tenant string) string {
	part := func(v any) string { data, _ := json.Marshal(v); return base64.RawURLEncoding.EncodeToString(data) }
	return part(map[string]string{"alg": "none"}) + "." + part(map[string]any{"tid": tenant, "idtyp": "app", "roles": []string{"Application.Read.All"}}) + "." + part("none")
}

func (s *pageServer) page(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.delay)
	collection := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	w.Header().Set("Content-Type", "application/json;odata.metadata=minimal")
	w.Header().Set("X-Ms-Resource-Unit", "1")
	if r.URL.Query().Has("$filter") || s.bodies[collection] == nil {
		_, _ = w.Write([]byte(`{"value":[]}`)) // no certificates, no federation
		return
	}
	at, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	w.Header().Set("Content-Encoding", "gzip")
	last := (at+1)*pageSize >= s.objects
	head, body := "{", s.rest[collection]
	if !last {
		head = fmt.Sprintf(`{"@odata.nextLink":"%s%s?$skiptoken=%d",`, s.address, r.URL.Path, at+1)
		body = s.bodies[collection][at%variants]
	}
	_, _ = w.Write(pack([]byte(head)))
	_, _ = w.Write(body)
}
