// Package sandbox runs a small Entra sign-in service and Microsoft Graph on loopback,
// with real TLS, signed tokens and state. Tests, demonstrations and other clients use it.
package sandbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
	"github.com/spcheck/spcheck/internal/sandbox/proxy"
	"github.com/spcheck/spcheck/internal/sandbox/scenario"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// Scenario describes the tenants of a sandbox.
type Scenario = scenario.Scenario

// info names a shipped scenario.
type info = scenario.Info

// Fault is a way to break answers; package fault has the values.
type Fault = fault.Fault

// DefaultScenario is the scenario of Options without one.
const DefaultScenario = scenario.Default

// DefaultListen is a free port on loopback.
const DefaultListen = "127.0.0.1:0"

// ErrUnknownScenario means that a name is neither a shipped scenario nor a file.
var ErrUnknownScenario = scenario.ErrUnknown

// ScenarioFormError means that a file does not have the form of a scenario.
type ScenarioFormError = scenario.FormError

// Load reads a shipped scenario by its name, or a file by its path.
func Load(nameOrFile string) (*Scenario, error) { return scenario.Load(nameOrFile) }

// List returns the shipped scenarios, the default one first.
func List() ([]info, error) { return scenario.List() }

// Options configure a sandbox. The zero value is the default scenario on a free loopback
// port.
type Options struct {
	Listen   string    // host:port
	Scenario *Scenario // nil is the default one
	Proxy    bool      // also start a CONNECT proxy on loopback
	// Faults take precedence over those of the scenario.
	Faults []Fault
	// Now is the machine's clock; nil means time.Now. It affects the service only: TLS
	// certificates follow the real time.
	Now func() time.Time
}

// Server is a running sandbox.
type Server struct {
	// Addr is the address it listens on, host:port.
	Addr string
	// ProxyAddr is that of the CONNECT proxy, or empty.
	ProxyAddr string
	// Name is the scenario's.
	Name string

	built    *scenario.Built
	service  *sts.Service
	injector *fault.Injector
	now      func() time.Time
	ca       []byte
	folder   string // private, removed by Close
	env      []EnvVar
	servers  []*http.Server
	serving  context.Context // ends with Close, which cuts off delayed answers
	endDelay context.CancelFunc
	loopback bool

	mu     sync.Mutex
	offset time.Duration

	closing sync.Once
	closed  error
}

// Limits of a server for clients on one machine.
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 30 * time.Second
	writeTimeout   = 5 * time.Minute // slow answers are one of the faults
	idleTimeout    = 2 * time.Minute
	shutdownWait   = 3 * time.Second
	maxHeader      = 64 << 10
	maxConnections = 512
)

// Start starts a sandbox. It ends with Close or the context.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

func newServer(o Options) (*Server, error) {
	spec := o.Scenario
	if spec == nil {
		var err error
		if spec, err = Load(DefaultScenario); err != nil {
			return nil, err
		}
	}
	s := &Server{Name: spec.Name, now: o.Now, injector: &fault.Injector{}}
	s.serving, s.endDelay = context.WithCancel(context.Background())
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.built, err = spec.Build(s.now()); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", spec.Name, err)
	}
	s.offset = s.built.ClockOffset
	s.built.World.Clock = s.clock
	if err := s.injector.Set(append(o.Faults, s.built.Faults...)...); err != nil {
		return nil, err
	}
	return s, nil
}

// open listens, writes the files that clients need, and begins to serve.
func (s *Server) open(ctx context.Context, o Options) error {
	authority, err := pki.New()
	if err != nil {
		return err
	}
	s.ca = authority.PEM()
	address := cmp.Or(o.Listen, DefaultListen)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return &ListenError{Address: address, Err: err}
	}
	s.Addr = reachable(listener.Addr())
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
		s.loopback = tcp.IP.IsLoopback()
	}
	// Clients behind the proxy use a Microsoft name, to which a browser must not be sent.
	s.built.STS.DevicePage = s.URL() + "/devicelogin"
	s.service = sts.New(s.built.STS)
	hosts := newHosts(s.Addr, address, o.Proxy)
	certificate, err := authority.Server(hosts.names()...)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.writeFiles(); err != nil {
		return errors.Join(err, listener.Close())
	}
	s.serve(listener, s.handler(hosts), &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	if o.Proxy {
		if err := s.openProxy(ctx, hosts); err != nil {
			return err
		}
	}
	s.env = s.environment()
	return nil
}

func (s *Server) openProxy(ctx context.Context, hosts *hosts) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", DefaultListen)
	if err != nil {
		return &ListenError{Address: DefaultListen, Err: err}
	}
	s.ProxyAddr = listener.Addr().String()
	s.serve(listener, proxy.New(s.Addr, hosts.microsoft()), nil)
	return nil
}

// serve runs a server on a listener until Close.
func (s *Server) serve(listener net.Listener, handler http.Handler, config *tls.Config) {
	listener = limited(listener, maxConnections)
	server := &http.Server{
		Handler: handler, TLSConfig: config, MaxHeaderBytes: maxHeader,
		BaseContext:       func(net.Listener) context.Context { return s.serving },
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		// Errors of clients, such as a refused certificate, are theirs to report.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.servers = append(s.servers, server)
	go func() {
		if config == nil {
			_ = server.Serve(listener)
			return
		}
		_ = server.ServeTLS(listener, "", "")
	}()
}

// clock returns the service's time: the machine's plus an offset.
func (s *Server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Add(s.offset)
}

// SetClockOffset sets the service's offset to the machine's clock.
func (s *Server) SetClockOffset(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset = d
}

// SetFaults replaces all faults.
func (s *Server) SetFaults(faults ...Fault) error { return s.injector.Set(faults...) }

// World returns the state, for tests that change it under its lock.
func (s *Server) World() *directory.World { return s.built.World }

// CACertPEM returns the certificate of the sandbox's authority.
func (s *Server) CACertPEM() []byte { return s.ca }

// URL returns the origin of both sign-in and Graph.
func (s *Server) URL() string { return "https://" + s.Addr }

// Close stops serving, cuts off delayed answers and removes the private files. It may be
// called more than once.
func (s *Server) Close() error {
	s.closing.Do(func() {
		s.endDelay()
		ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
		defer cancel()
		for _, server := range s.servers {
			if err := server.Shutdown(ctx); err != nil {
				_ = server.Close()
			}
		}
		if s.folder != "" {
			s.closed = os.RemoveAll(s.folder)
		}
	})
	return s.closed
}
