import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import { PrometheusRule, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Pod, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './manifests.js';

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

const MODELS: readonly Model[] = [
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  HTTPRoute,
  Ingress,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  PrometheusRule,
  Service,
  ServiceAccount,
  ServiceMonitor,
];

/**
 * Returns the errors of a strict API server for an object.
 *
 * The models check types, required fields, enumerations and formats, but accept unknown fields. A validator reads every
 * known field, so each unread field is unknown.
 */
export function schemaProblems(manifest: Manifest): readonly string[] {
  const { apiVersion, kind } = manifest;
  const model = MODELS.find((one) => one.apiVersion === apiVersion && one.kind === kind);
  if (!model) return [`${apiVersion} ${kind} is not known`];
  const watched = new Watched();
  const object: unknown = watched.watch(Object.assign(Object.create(model.prototype) as object, manifest), kind);
  try {
    (object as { validate(): void }).validate();
  } catch (error) {
    return [`${kind}: ${error instanceof Error ? error.message : String(error)}`];
  }
  return watched.unseen().map((path) => `${path} is unknown`);
}

/** Records which fields of an object and its inner objects are read. */
class Watched {
  readonly #objects: { readonly path: string; readonly object: object; readonly seen: Set<string> }[] = [];

  watch(object: object, path: string): object {
    const seen = new Set<string>();
    const inner = new Map<string, object>();
    this.#objects.push({ path, object, seen });
    return new Proxy(object, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof name !== 'string') return value;
        seen.add(name);
        if (typeof value !== 'object' || value === null || !Object.hasOwn(target, name)) return value;
        const known = inner.get(name) ?? this.watch(value, `${path}.${name}`);
        inner.set(name, known);
        return known;
      },
    });
  }

  unseen(): readonly string[] {
    return this.#objects.flatMap(({ path, object, seen }) =>
      Object.keys(object)
        .filter((name) => !seen.has(name))
        .map((name) => `${path}.${name}`),
    );
  }
}
